//! Normalisation: a policy within its bounds and within what the function can do, with a list of everything that was changed.
//!
//! # Design notes
//!
//! A value that is out of bounds, or two that contradict each other, are compile errors in an attribute, also if one of them is a
//! constant and the other a text: the macro evaluates [`Policy::validated`] in a constant. A policy that arrives as data cannot fail to
//! compile, so it is clamped, and every change is reported.

use crate::{Conflict, DurationText, Origin, Policy, Sources, bounds::Value, origin_bounds::Bounds, repair::Repair};
use std::fmt;

/// A value of a policy that was changed because it is not allowed.
///
/// ```
/// use recourse_policy::{Policy, RetryPolicy};
///
/// let (_, changes) = Policy::new().retry(RetryPolicy::attempts(500)).normalize();
/// assert_eq!(
///     changes[0].to_string(),
///     "retry.max_attempts: 500 became 100: attempts are 1 to 100, and the first one counts; \
///      write `none` for no retry, `forever` for no end"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The name of the value: `retry.max_attempts`, `hedge.budget.percent`, `timeout`, or a whole section.
    pub field: &'static str,
    /// The value that was asked for.
    pub from: String,
    /// The value that is applied.
    pub to: String,
    /// Why the value was changed, what is allowed, and what to write instead.
    pub reason: String,
}

impl Change {
    /// Creates a change that was made by something else than normalisation.
    #[must_use]
    pub fn new(field: &'static str, from: String, to: String, reason: &str) -> Self {
        Self { field, from, to, reason: reason.to_owned() }
    }

    fn of<T>(repair: &Repair<T>) -> Self {
        let show = |value: Value| value.to_string();
        let reason = repair.about.reason.to_owned();
        Self { field: repair.about.field, from: show(repair.was), to: show(repair.now), reason }
    }

    pub(crate) fn taken(field: &'static str, from: String, reason: &str) -> Self {
        Self { field, from, to: "none".to_owned(), reason: reason.to_owned() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} became {}: {}", self.field, self.from, self.to, self.reason)
    }
}

/// Returns the bounds of a policy of this origin.
const fn bounds_of(origin: Origin) -> Bounds {
    match origin {
        Origin::Provider | Origin::File | Origin::Remote => Bounds::document(),
        Origin::Attribute | Origin::Code | Origin::Defaults | Origin::Call | Origin::Operator | Origin::Bypass => {
            Bounds::code()
        }
    }
}

/// The abilities of a guarded function, whatever a policy asks for.
///
/// ```
/// use recourse_policy::{Capabilities, Effective, Origin, Policy};
///
/// let once = Effective::new(Policy::defaults(), Origin::Code, Capabilities::none());
/// assert_eq!(once.policy.retry, None);
/// assert!(once.changes[0].reason.starts_with("the function cannot be repeated"));
/// assert!(Effective::new(Policy::defaults(), Origin::Code, Capabilities::all()).changes.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capabilities {
    /// True if the body can run again after it failed.
    pub repeat: bool,
    /// True if the body can run twice at the same time.
    pub hedge: bool,
    /// True if a rejection can be told to the caller: there is an error for it.
    pub reject: bool,
}

impl Capabilities {
    /// Returns the abilities of a function whose body can run again and beside itself, and whose calls can be rejected.
    #[must_use]
    pub const fn all() -> Self {
        Self { repeat: true, hedge: true, reject: true }
    }

    /// Returns the abilities of a function whose body runs once, and whose calls can be rejected.
    #[must_use]
    pub const fn none() -> Self {
        Self { repeat: false, hedge: false, reject: true }
    }
}

/// A policy as it is applied.
///
/// ```
/// use recourse_policy::{Capabilities, Effective, Origin, Policy, RetryPolicy};
///
/// let asked = Policy::new().retry(RetryPolicy::defaults());
/// let effective = Effective::new(asked, Origin::Provider, Capabilities::none());
/// assert_eq!(effective.policy, Policy::new());
/// assert_eq!(effective.changes[0].field, "retry");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effective {
    /// The policy, with every value within its bounds.
    pub policy: Policy,
    /// Where the policy comes from: the strongest of its sources.
    pub origin: Origin,
    /// Where each section comes from.
    pub sources: Sources,
    /// Everything that was changed, in the order of the sections; empty if the policy is applied as it was written.
    pub changes: Vec<Change>,
    /// What can never happen under the policy, such as an attempt timeout that is not below the timeout, and notes. The policy is
    /// applied all the same.
    pub conflicts: Vec<Conflict>,
}

impl Effective {
    /// Clamps every value to its bounds, which are tighter for a policy of [`Origin::Provider`], and removes what the function cannot do.
    ///
    /// A section that asks for nothing (`none`, `1 attempt`, `at most 0`) is within every function's abilities, and stays.
    #[must_use]
    pub fn new(policy: Policy, origin: Origin, capabilities: Capabilities) -> Self {
        let (mut policy, mut changes) = policy.normalize_within(bounds_of(origin));
        if let Some(retry) = policy.retry.filter(|retry| retry.repeats() && !capabilities.repeat) {
            let reason = "the function cannot be repeated: its arguments are moved into the first attempt, or `guard` has its \
                          one future; write `retry` in its attribute, or `call` with a closure";
            changes.push(Change::taken("retry", retry.to_string(), reason));
            policy.retry = None;
        }
        if let Some(hedge) = policy.hedge.filter(|hedge| hedge.hedges() && !capabilities.hedge) {
            let reason = "the function cannot run beside itself: it takes `&mut`, nobody vouched for it, or `guard` has its one \
                          future; write `hedge` or `idempotent` in its attribute, or `call` with a closure";
            changes.push(Change::taken("hedge", hedge.to_string(), reason));
            policy.hedge = None;
        }
        if !capabilities.reject {
            policy.take_rejecting(&mut changes);
        }
        // Conflicts come last: what was removed or clamped contradicts nothing any more.
        Self { policy, origin, sources: Sources::new(), changes, conflicts: policy.conflicts() }
    }
}

impl Policy {
    /// Removes the sections under which a call may end without an error of the operation's.
    fn take_rejecting(&mut self, changes: &mut Vec<Change>) {
        let reason = "the function cannot be rejected: its attribute says `on_reject = \"never\"`";
        for (field, limit) in [("timeout", &mut self.timeout), ("attempt_timeout", &mut self.attempt_timeout)] {
            if let Some(limit) = limit.take() {
                changes.push(Change::taken(field, DurationText(limit).to_string(), reason));
            }
        }
        if let Some(least) = self.at_least.take() {
            changes.push(Change::taken("at_least", least.to_string(), reason));
        }
        if let Some(limit) = self.concurrency.take_if(|limit| limit.limits()) {
            changes.push(Change::taken("concurrency", limit.to_string(), reason));
        }
        if let Some(rate) = self.rate.take_if(|rate| rate.limits()) {
            changes.push(Change::taken("rate", rate.to_string(), reason));
        }
        if let Some(circuit) = self.circuit.take_if(|circuit| circuit.trips()) {
            changes.push(Change::taken("circuit", circuit.to_string(), reason));
        }
    }

    /// Clamps every value to the bounds of policies in code, and returns the policy with a list of exactly what was changed.
    /// Normalising twice changes nothing more.
    ///
    /// [`Policy::validated`] makes the same faults compile errors. Policies from a file or the network have tighter bounds, see
    /// [`Policy::normalize_within`].
    ///
    /// ```
    /// use recourse_policy::{Policy, limits};
    /// use std::time::Duration;
    ///
    /// let (policy, changes) = Policy::new().timeout(Duration::from_micros(10)).normalize();
    /// assert_eq!(policy.timeout, Some(limits::MIN_TIMEOUT));
    /// assert_eq!((changes[0].field, changes[0].from.as_str(), changes[0].to.as_str()), ("timeout", "10us", "1ms"));
    /// assert_eq!(policy.normalize(), (policy, vec![]));
    /// ```
    #[must_use = "the policy itself is not changed; use the one that is returned"]
    pub fn normalize(self) -> (Self, Vec<Change>) {
        self.normalize_within(Bounds::code())
    }

    /// Clamps every value to `bounds`, and returns the policy with a list of exactly what was changed.
    ///
    /// ```
    /// use recourse_policy::{Bounds, Policy, RetryPolicy};
    ///
    /// let (policy, changes) = Policy::new().retry(RetryPolicy::forever()).normalize_within(Bounds::document());
    /// assert_eq!(policy.retry, Some(RetryPolicy::attempts(10)));
    /// assert_eq!((changes[0].from.as_str(), changes[0].to.as_str()), ("forever", "10"));
    /// ```
    #[must_use = "the policy itself is not changed; use the one that is returned"]
    pub fn normalize_within(mut self, bounds: Bounds) -> (Self, Vec<Change>) {
        let mut changes = Vec::new();
        while let Some(repair) = self.repair(bounds) {
            changes.push(Change::of(&repair));
            self = repair.to;
        }
        (self, changes)
    }

    /// Returns what is wrong with the first value that is out of the bounds of code.
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// assert_eq!(Policy::new().retry(RetryPolicy::attempts(3)).fault(), None);
    /// assert!(Policy::new().retry(RetryPolicy::attempts(101)).fault().is_some());
    /// ```
    #[must_use]
    pub const fn fault(&self) -> Option<&'static str> {
        match self.repair(Bounds::code()) {
            Some(repair) => Some(repair.about.fault),
            None => None,
        }
    }

    /// Returns the policy unchanged if every value is within its bounds, and no two make a part of it impossible
    /// ([`Self::conflicts`], notes aside).
    ///
    /// ```
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// const READS: Policy = Policy::new().retry(RetryPolicy::attempts(5)).validated();
    /// # let _ = READS;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a value is out of bounds, or two contradict each other. In a constant or a static that is a compile error.
    ///
    /// ```compile_fail
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// const READS: Policy = Policy::new().retry(RetryPolicy::attempts(500)).validated();
    /// # let _ = READS;
    /// ```
    #[must_use = "a policy is validated at compile time if the result is used in a constant"]
    #[track_caller]
    pub const fn validated(self) -> Self {
        if let Some(fault) = self.fault() {
            panic!("{}", fault);
        }
        if let Some(conflict) = self.conflict() {
            panic!("{}", conflict);
        }
        self
    }
}
