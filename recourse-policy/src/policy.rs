//! The settings of one key: five sections and two timeouts, each of them named or left to whoever stands below.

use crate::{BudgetPolicy, CircuitPolicy, HedgePolicy, RetryPolicy};
use std::time::Duration;

/// The settings of one key. A section that is `None` is not named: the mechanism is off, or falls to the policy below.
///
/// `Copy` and without owned strings, so that constants can be built from constants:
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
    /// How often, and after which delay, a failed call is attempted again.
    pub retry: Option<RetryPolicy>,
    /// When a further attempt is started beside a slow one.
    pub hedge: Option<HedgePolicy>,
    /// When calls are refused because the dependency is down.
    pub circuit: Option<CircuitPolicy>,
    /// How many retries all calls of the key may make together.
    pub budget: Option<BudgetPolicy>,
    /// The longest a whole call may take, backoff included.
    pub timeout: Option<Duration>,
    /// The longest one attempt may take.
    pub attempt_timeout: Option<Duration>,
}

impl Policy {
    /// A policy that names nothing.
    pub const fn new() -> Self {
        Self { retry: None, hedge: None, circuit: None, budget: None, timeout: None, attempt_timeout: None }
    }

    /// What a key gets that nobody wrote a policy for: retry and circuit "defaults".
    pub const fn defaults() -> Self {
        Self::new().retry(RetryPolicy::defaults()).circuit(CircuitPolicy::defaults())
    }

    /// Names the retry section.
    pub const fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Names the hedge section.
    pub const fn hedge(mut self, hedge: HedgePolicy) -> Self {
        self.hedge = Some(hedge);
        self
    }

    /// Names the circuit section.
    pub const fn circuit(mut self, circuit: CircuitPolicy) -> Self {
        self.circuit = Some(circuit);
        self
    }

    /// Names the retry budget.
    pub const fn budget(mut self, budget: BudgetPolicy) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Limits the whole call, backoff included.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits each attempt.
    pub const fn attempt_timeout(mut self, attempt_timeout: Duration) -> Self {
        self.attempt_timeout = Some(attempt_timeout);
        self
    }

    /// The sections of `self`, and those of `below` where `self` names none.
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
    pub const fn over(self, below: Self) -> Self {
        macro_rules! pick {
            ($($section:ident),*) => { Self { $($section: if self.$section.is_some() { self.$section } else { below.$section }),* } };
        }
        pick!(retry, hedge, circuit, budget, timeout, attempt_timeout)
    }

    /// True where no section is named.
    pub const fn is_empty(&self) -> bool {
        matches!(
            self,
            Self { retry: None, hedge: None, circuit: None, budget: None, timeout: None, attempt_timeout: None }
        )
    }
}
