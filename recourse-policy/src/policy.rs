//! The policy of a key: four sections and two timeouts, each of them set or left to the policy below.

use crate::{BudgetPolicy, CircuitPolicy, HedgePolicy, RetryPolicy};
use std::time::Duration;

/// The settings of one key. A section that is `None` is not set: the mechanism is off, or the policy below decides.
///
/// A policy is `Copy` and owns no strings, so that constants can be built from constants:
///
/// ```
/// use recourse_policy::{Policy, RetryPolicy};
/// use std::time::Duration;
///
/// const READS: Policy = Policy::new().retry(RetryPolicy::defaults()).timeout(Duration::from_secs(2));
/// const SLOW_READS: Policy = READS.timeout(Duration::from_secs(20));
///
/// assert_eq!(SLOW_READS.retry, READS.retry);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Policy {
    /// How often and after which delay a failed call is attempted again.
    pub retry: Option<RetryPolicy>,
    /// When a further attempt is started beside a slow one.
    pub hedge: Option<HedgePolicy>,
    /// When calls are refused because the dependency is down.
    pub circuit: Option<CircuitPolicy>,
    /// How many retries all calls of the key may make together.
    pub budget: Option<BudgetPolicy>,
    /// The longest time of a whole call, backoff included.
    pub timeout: Option<Duration>,
    /// The longest time of one attempt.
    pub attempt_timeout: Option<Duration>,
}

impl Policy {
    /// Creates a policy in which nothing is set.
    #[must_use]
    pub const fn new() -> Self {
        Self { retry: None, hedge: None, circuit: None, budget: None, timeout: None, attempt_timeout: None }
    }

    /// Returns the policy of a key for which none was written: retry and circuit "defaults".
    #[must_use]
    pub const fn defaults() -> Self {
        Self::new().retry(RetryPolicy::defaults()).circuit(CircuitPolicy::defaults())
    }

    /// Sets the retry section.
    #[must_use]
    pub const fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the hedge section.
    #[must_use]
    pub const fn hedge(mut self, hedge: HedgePolicy) -> Self {
        self.hedge = Some(hedge);
        self
    }

    /// Sets the circuit section.
    #[must_use]
    pub const fn circuit(mut self, circuit: CircuitPolicy) -> Self {
        self.circuit = Some(circuit);
        self
    }

    /// Sets the retry budget.
    #[must_use]
    pub const fn budget(mut self, budget: BudgetPolicy) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Sets the limit of a whole call, backoff included.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the limit of each attempt.
    #[must_use]
    pub const fn attempt_timeout(mut self, attempt_timeout: Duration) -> Self {
        self.attempt_timeout = Some(attempt_timeout);
        self
    }

    /// Combines two policies: the sections of `self`, and those of `below` that `self` leaves unset.
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let below = Policy::new().retry(RetryPolicy::attempts(5)).timeout(Duration::from_secs(1));
    /// let both = Policy::new().retry(RetryPolicy::none()).over(below);
    /// assert_eq!(both.retry, Some(RetryPolicy::none()));
    /// assert_eq!(both.timeout, Some(Duration::from_secs(1)));
    /// ```
    #[must_use]
    pub const fn over(self, below: Self) -> Self {
        macro_rules! pick {
            ($($section:ident),*) => { Self { $($section: if self.$section.is_some() { self.$section } else { below.$section }),* } };
        }
        pick!(retry, hedge, circuit, budget, timeout, attempt_timeout)
    }

    /// Returns true if nothing is set.
    pub const fn is_empty(&self) -> bool {
        matches!(
            self,
            Self { retry: None, hedge: None, circuit: None, budget: None, timeout: None, attempt_timeout: None }
        )
    }
}
