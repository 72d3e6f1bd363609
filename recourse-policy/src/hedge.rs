//! The hedge section: when a further attempt is started beside a slow one.

use crate::{BudgetPolicy, limits};
use std::time::Duration;

/// When a further attempt is started beside those that still run, and how many. Setters are without effect on "none".
///
/// ```
/// use recourse_policy::HedgePolicy;
/// use std::time::Duration;
///
/// const P99: HedgePolicy = HedgePolicy::percentile(99).or(Duration::from_millis(200)).at_most(1);
/// assert_eq!(P99.to_string(), "p99 or 200ms, at most 1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct HedgePolicy {
    /// When the next hedge starts.
    pub when: HedgeWhen,
    /// Hedges of one group at the most; the primary attempt is not counted: 0 to 3.
    pub max_hedges: u32,
    /// How many hedges all calls of the key may start together.
    pub budget: BudgetPolicy,
    /// A `NonRetryable` error stops new hedges but lets the running ones finish.
    pub fail_slow: bool,
}

/// When the next hedge starts, counted from the launch before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HedgeWhen {
    /// Never: "none".
    Never,
    /// After a fixed delay.
    After(Duration),
    /// After a percentile of recent attempts.
    Percentile {
        /// Which one: 50 to 99.
        percentile: u32,
        /// The delay until there are enough samples; without it there is no hedge until then.
        or: Option<Duration>,
    },
}

impl HedgePolicy {
    /// "none": no hedge.
    pub const fn none() -> Self {
        Self::when(HedgeWhen::Never)
    }

    /// Hedges after a fixed delay.
    pub const fn after(delay: Duration) -> Self {
        Self::when(HedgeWhen::After(delay))
    }

    /// Hedges after a percentile (50 to 99) of recent attempts.
    pub const fn percentile(percentile: u32) -> Self {
        Self::when(HedgeWhen::Percentile { percentile, or: None })
    }

    const fn when(when: HedgeWhen) -> Self {
        Self { when, max_hedges: limits::DEFAULT_HEDGES, budget: BudgetPolicy::hedge_defaults(), fail_slow: false }
    }

    /// The delay of a percentile until there are enough samples; without effect on a fixed delay.
    pub const fn or(mut self, delay: Duration) -> Self {
        if let HedgeWhen::Percentile { percentile, .. } = self.when {
            self.when = HedgeWhen::Percentile { percentile, or: Some(delay) };
        }
        self
    }

    /// Another number of hedges than 2.
    pub const fn at_most(mut self, max_hedges: u32) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.max_hedges = max_hedges;
        }
        self
    }

    /// Another budget than 5% + 1/s.
    pub const fn budget(mut self, budget: BudgetPolicy) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.budget = budget;
        }
        self
    }

    /// Lets running hedges finish when one attempt fails for good.
    pub const fn fail_slow(mut self) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.fail_slow = true;
        }
        self
    }

    /// True where a hedge can start at all.
    pub const fn hedges(&self) -> bool {
        !matches!(self.when, HedgeWhen::Never) && self.max_hedges > 0
    }
}
