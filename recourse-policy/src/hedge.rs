//! The hedge section: when a further attempt is started beside a slow one.

use crate::{BudgetPolicy, limits};
use std::time::Duration;

/// When a further attempt is started beside those that still run, and how many. Setters have no effect on "none".
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
    /// The limit of hedges in one group, without the primary attempt: 0 to 3.
    pub max_hedges: u32,
    /// How many hedges all calls of the key may start together.
    pub budget: BudgetPolicy,
    /// True if a `NonRetryable` error stops new hedges but lets the running ones finish.
    pub fail_slow: bool,
}

/// When the next hedge starts, counted from the launch before it.
///
/// ```
/// use recourse_policy::{HedgePolicy, HedgeWhen};
/// use std::time::Duration;
///
/// let hedge: HedgePolicy = "p95 or 50ms".parse()?;
/// assert_eq!(hedge.when, HedgeWhen::Percentile { percentile: 95, or: Some(Duration::from_millis(50)) });
/// # Ok::<(), recourse_policy::TextError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HedgeWhen {
    /// Never: "none".
    Never,
    /// After a fixed delay.
    After(Duration),
    /// After a percentile of recent attempts.
    Percentile {
        /// The percentile: 50 to 99.
        percentile: u32,
        /// The delay until there are enough samples. Without it there is no hedge until then.
        or: Option<Duration>,
    },
}

impl HedgePolicy {
    /// Returns "none": no hedge.
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, HedgePolicy};
    /// use std::time::Duration;
    ///
    /// let careful = HedgePolicy::after(Duration::from_millis(50)).at_most(1).budget(BudgetPolicy::percent(2)).fail_slow();
    /// assert!(careful.hedges() && !HedgePolicy::none().hedges());
    /// assert_eq!(careful, careful.to_string().parse()?);
    /// # Ok::<(), recourse_policy::TextError>(())
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self::when(HedgeWhen::Never)
    }

    /// Creates a section that hedges after a fixed delay.
    #[must_use]
    pub const fn after(delay: Duration) -> Self {
        Self::when(HedgeWhen::After(delay))
    }

    /// Creates a section that hedges after a percentile (50 to 99) of recent attempts.
    #[must_use]
    pub const fn percentile(percentile: u32) -> Self {
        Self::when(HedgeWhen::Percentile { percentile, or: None })
    }

    const fn when(when: HedgeWhen) -> Self {
        Self { when, max_hedges: limits::DEFAULT_HEDGES, budget: BudgetPolicy::hedge_defaults(), fail_slow: false }
    }

    /// Sets the delay of a percentile until there are enough samples. Has no effect on a fixed delay.
    #[must_use]
    pub const fn or(mut self, delay: Duration) -> Self {
        if let HedgeWhen::Percentile { percentile, .. } = self.when {
            self.when = HedgeWhen::Percentile { percentile, or: Some(delay) };
        }
        self
    }

    /// Sets the limit of hedges in a group, which is 2 by default.
    #[must_use]
    pub const fn at_most(mut self, max_hedges: u32) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.max_hedges = max_hedges;
        }
        self
    }

    /// Sets the budget, which is 5% + 1/s by default.
    #[must_use]
    pub const fn budget(mut self, budget: BudgetPolicy) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.budget = budget;
        }
        self
    }

    /// Lets running hedges finish when one attempt fails for good.
    #[must_use]
    pub const fn fail_slow(mut self) -> Self {
        if !matches!(self.when, HedgeWhen::Never) {
            self.fail_slow = true;
        }
        self
    }

    /// Returns true if a hedge can start at all.
    pub const fn hedges(&self) -> bool {
        !matches!(self.when, HedgeWhen::Never) && self.max_hedges > 0
    }
}
