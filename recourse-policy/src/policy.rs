//! The policy of a key: six sections and three times, each of them set or left to the policy below.

use crate::{AtLeast, BudgetPolicy, CircuitPolicy, ConcurrencyPolicy, HedgePolicy, RatePolicy, RetryPolicy, Section};
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
    /// How many attempts of the key may run at once.
    pub concurrency: Option<ConcurrencyPolicy>,
    /// How many attempts of the key may be made in a time.
    pub rate: Option<RatePolicy>,
    /// The longest time of a whole call, backoff included.
    pub timeout: Option<Duration>,
    /// The longest time of one attempt.
    pub attempt_timeout: Option<Duration>,
    /// The least time that a call begins with.
    pub at_least: Option<AtLeast>,
}

impl Policy {
    /// Creates a policy in which nothing is set.
    ///
    /// What a policy sets is on, and the rest is off. A policy that sets nothing is none: a call under it runs under the policy that is
    /// registered for its key, and until there is one under [`Policy::defaults`], as under a bare `#[resilient]`. To switch everything off,
    /// say so by [`RetryPolicy::none`]:
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// assert!(Policy::new().is_empty(), "somebody else decides");
    /// assert!(!Policy::new().retry(RetryPolicy::none()).is_empty(), "one attempt, and nothing else");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self {
            retry: None,
            hedge: None,
            circuit: None,
            budget: None,
            concurrency: None,
            rate: None,
            timeout: None,
            attempt_timeout: None,
            at_least: None,
        }
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
    ///
    /// ```
    /// use recourse_policy::{BudgetPolicy, CircuitPolicy, HedgePolicy, Policy, RetryPolicy, Section};
    /// use std::time::Duration;
    ///
    /// const SEARCH: Policy = Policy::new()
    ///     .hedge(HedgePolicy::percentile(99))
    ///     .circuit(CircuitPolicy::sensitive())
    ///     .budget(BudgetPolicy::percent(10))
    ///     .attempt_timeout(Duration::from_millis(300));
    /// assert!(SEARCH.has(Section::Hedge) && !SEARCH.has(Section::Retry));
    /// assert!(SEARCH.same(&SEARCH.retry(RetryPolicy::none()), Section::Hedge));
    /// ```
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

    /// Sets how many attempts of the key may run at once.
    ///
    /// ```
    /// use recourse_policy::{ConcurrencyPolicy, Policy, Section};
    ///
    /// assert!(Policy::new().concurrency(ConcurrencyPolicy::adaptive()).has(Section::Concurrency));
    /// ```
    #[must_use]
    pub const fn concurrency(mut self, concurrency: ConcurrencyPolicy) -> Self {
        self.concurrency = Some(concurrency);
        self
    }

    /// Sets how many attempts of the key may be made in a time.
    ///
    /// ```
    /// use recourse_policy::{Policy, RatePolicy, Section};
    ///
    /// assert!(Policy::new().rate(RatePolicy::per_second(100)).has(Section::Rate));
    /// ```
    #[must_use]
    pub const fn rate(mut self, rate: RatePolicy) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Sets the limit of a whole call, backoff included.
    ///
    /// A limit of zero is a deadline that is over already, as a caller has who passes on what is left of a time: the body does not
    /// run, no argument is cloned, nothing is counted anywhere, and the call is rejected as expired. In a text a zero is an error,
    /// since nobody writes what is left of a time.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the limit of each attempt.
    ///
    /// Zero is out of bounds here, and becomes the shortest limit that is allowed, 1 ms. An attempt that runs into its limit counts
    /// against the dependency, so the limit says how fast the dependency has to be, and none can be that fast. What is left of a
    /// caller's time is a [`timeout`](Self::timeout).
    #[must_use]
    pub const fn attempt_timeout(mut self, attempt_timeout: Duration) -> Self {
        self.attempt_timeout = Some(attempt_timeout);
        self
    }

    /// Sets the least time that a call begins with: one whose deadline leaves it less is refused as if its time were over. The deadline is the one
    /// around the call, or what the call is given.
    ///
    /// What has less left than it takes would be work for a caller that is gone when the answer comes. So write about what the call takes, or let
    /// the key find out: a percentile of what its attempts took lately.
    ///
    /// ```
    /// use recourse_policy::{AtLeast, Policy, Section};
    /// use std::time::Duration;
    ///
    /// let least = AtLeast::time(Duration::from_millis(40));
    /// let policy = Policy::new().timeout(Duration::from_secs(2)).at_least(least);
    /// assert!(policy.has(Section::AtLeast) && policy.conflicts().is_empty());
    /// assert!(!policy.same(&policy.at_least(AtLeast::percentile(50).or(Duration::from_millis(40))), Section::AtLeast));
    /// ```
    #[must_use]
    pub const fn at_least(mut self, at_least: AtLeast) -> Self {
        self.at_least = Some(at_least);
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
        pick!(retry, hedge, circuit, budget, concurrency, rate, timeout, attempt_timeout, at_least)
    }

    /// Takes the sections of `below` that this policy leaves unset, as [`Self::over`] does, and calls `taken` with each of them.
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy, Section};
    /// use std::time::Duration;
    ///
    /// let mut policy = Policy::new().timeout(Duration::from_secs(1));
    /// let mut taken = Vec::new();
    /// policy.fill(&Policy::new().retry(RetryPolicy::none()).timeout(Duration::from_secs(9)), |section| taken.push(section));
    /// assert_eq!((taken, policy.timeout), (vec![Section::Retry], Some(Duration::from_secs(1))));
    /// ```
    pub fn fill(&mut self, below: &Self, taken: impl FnMut(Section)) {
        let unset = |section: &Section| below.has(*section) && !self.has(*section);
        Section::ALL.into_iter().filter(unset).for_each(taken);
        *self = self.over(*below);
    }

    /// Returns true if the time of a call is over before the call begins: a `timeout` of zero.
    ///
    /// ```
    /// use recourse_policy::Policy;
    /// use std::time::Duration;
    ///
    /// let left = |since: Duration| Policy::new().timeout(Duration::from_secs(2).saturating_sub(since));
    /// assert!(left(Duration::from_secs(3)).is_expired());
    /// assert!(!left(Duration::from_secs(1)).is_expired());
    /// ```
    pub const fn is_expired(&self) -> bool {
        matches!(self.timeout, Some(Duration::ZERO))
    }

    /// Returns true if a section is set. A policy has no switch and no classifier: those two are never set.
    pub const fn has(&self, section: Section) -> bool {
        match section {
            Section::Retry => self.retry.is_some(),
            Section::Hedge => self.hedge.is_some(),
            Section::Circuit => self.circuit.is_some(),
            Section::Budget => self.budget.is_some(),
            Section::Concurrency => self.concurrency.is_some(),
            Section::Rate => self.rate.is_some(),
            Section::Timeout => self.timeout.is_some(),
            Section::AttemptTimeout => self.attempt_timeout.is_some(),
            Section::AtLeast => self.at_least.is_some(),
            Section::Enabled | Section::Classify => false,
        }
    }

    /// Returns true if a section is the same in both policies.
    pub fn same(&self, other: &Self, section: Section) -> bool {
        match section {
            Section::Retry => self.retry == other.retry,
            Section::Hedge => self.hedge == other.hedge,
            Section::Circuit => self.circuit == other.circuit,
            Section::Budget => self.budget == other.budget,
            Section::Concurrency => self.concurrency == other.concurrency,
            Section::Rate => self.rate == other.rate,
            Section::Timeout => self.timeout == other.timeout,
            Section::AttemptTimeout => self.attempt_timeout == other.attempt_timeout,
            Section::AtLeast => self.at_least == other.at_least,
            Section::Enabled | Section::Classify => true,
        }
    }

    /// Returns true if nothing is set.
    pub const fn is_empty(&self) -> bool {
        let mut at = 0;
        while at < Section::ALL.len() {
            if self.has(Section::ALL[at]) {
                return false;
            }
            at += 1;
        }
        true
    }
}
