//! A policy as it is applied: within bounds, within what the function can do, and with a list of everything that was changed.

use crate::{Conflict, Policy, bounds::Value, repair::Repair};
use std::fmt;

/// One value of a policy that was changed because it was not allowed.
///
/// ```
/// use recourse_policy::{Policy, RetryPolicy};
///
/// let (_, changes) = Policy::new().retry(RetryPolicy::attempts(50)).normalize();
/// assert_eq!(
///     changes[0].to_string(),
///     "retry.max_attempts: 50 became 10: attempts are 1 to 10, and the first one counts; write `none` for no retry"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Which value: `retry.max_attempts`, `hedge.budget.percent`, `timeout`, or a whole section.
    pub field: &'static str,
    /// What was asked for.
    pub from: String,
    /// What is applied.
    pub to: String,
    /// Why, what is allowed, and what to write instead.
    pub reason: String,
}

impl Change {
    /// A change that somebody else than normalisation made.
    pub fn new(field: &'static str, from: String, to: String, reason: &str) -> Self {
        Self { field, from, to, reason: reason.to_owned() }
    }

    fn of<T>(repair: &Repair<T>) -> Self {
        let show = |value: Value| value.to_string();
        let reason = repair.about.reason.to_owned();
        Self { field: repair.about.field, from: show(repair.was), to: show(repair.now), reason }
    }

    fn taken(field: &'static str, from: String, reason: &str) -> Self {
        Self { field, from, to: "none".to_owned(), reason: reason.to_owned() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} became {}: {}", self.field, self.from, self.to, self.reason)
    }
}

/// Where the policy of a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// Written in the attribute of the function.
    Attribute,
    /// Registered in code.
    Code,
    /// From a file or the control plane.
    Provider,
    /// Nobody wrote one: the defaults.
    Defaults,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Attribute => "attribute",
            Self::Code => "code",
            Self::Provider => "provider",
            Self::Defaults => "defaults",
        })
    }
}

/// What the guarded function can do, whatever a policy asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capabilities {
    /// Its body can run again after it failed.
    pub repeat: bool,
    /// Its body can run twice at once.
    pub hedge: bool,
}

impl Capabilities {
    /// Everything.
    pub const fn all() -> Self {
        Self { repeat: true, hedge: true }
    }

    /// Neither: the body runs once.
    pub const fn none() -> Self {
        Self { repeat: false, hedge: false }
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
    /// Where it comes from.
    pub origin: Origin,
    /// Everything that was changed, in the order of the sections; empty where it is applied as it was written.
    pub changes: Vec<Change>,
    /// What can never happen in it, such as an attempt timeout that is not below the timeout. It is applied all the same.
    pub conflicts: Vec<Conflict>,
}

impl Effective {
    /// Puts every value within its bounds and takes away what the function cannot do.
    ///
    /// A section that asks for nothing (`none`, `1 attempt`, `at most 0`) asks for nothing the function cannot do, and stays.
    pub fn new(policy: Policy, origin: Origin, capabilities: Capabilities) -> Self {
        let (mut policy, mut changes) = policy.normalize();
        if let Some(retry) = policy.retry
            && retry.repeats()
            && !capabilities.repeat
        {
            let reason = "the function cannot be repeated: its arguments are moved into the first attempt; \
                          write `retry` in its attribute";
            changes.push(Change::taken("retry", retry.to_string(), reason));
            policy.retry = None;
        }
        if let Some(hedge) = policy.hedge
            && hedge.hedges()
            && !capabilities.hedge
        {
            let reason = "the function cannot run beside itself: it takes `&mut`, or nobody vouched for it; \
                          write `hedge` or `idempotent` in its attribute";
            changes.push(Change::taken("hedge", hedge.to_string(), reason));
            policy.hedge = None;
        }
        Self { policy, origin, changes, conflicts: policy.conflicts() }
    }
}

impl Policy {
    /// Puts every value within its bounds, and lists exactly what was changed; normalising twice changes nothing.
    ///
    /// For what comes from a file or the network. In code, [`Policy::validated`] makes the same faults compile errors.
    ///
    /// ```
    /// use recourse_policy::{Policy, limits};
    /// use std::time::Duration;
    ///
    /// let (policy, changes) = Policy::new().timeout(Duration::ZERO).normalize();
    /// assert_eq!(policy.timeout, Some(limits::MIN_TIMEOUT));
    /// assert_eq!((changes[0].field, changes[0].from.as_str(), changes[0].to.as_str()), ("timeout", "0s", "1ms"));
    /// assert_eq!(policy.normalize(), (policy, vec![]));
    /// ```
    pub fn normalize(mut self) -> (Self, Vec<Change>) {
        let mut changes = Vec::new();
        while let Some(repair) = self.repair() {
            changes.push(Change::of(&repair));
            self = repair.to;
        }
        (self, changes)
    }

    /// What is wrong with the first value that is out of bounds.
    pub const fn fault(&self) -> Option<&'static str> {
        match self.repair() {
            Some(repair) => Some(repair.about.fault),
            None => None,
        }
    }

    /// The policy itself, where every value is within its bounds, and none makes another impossible ([`Self::conflicts`]).
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
    /// Where a value is out of bounds, or two contradict each other; in a constant or a static that is a compile error.
    ///
    /// ```compile_fail
    /// use recourse_policy::{Policy, RetryPolicy};
    ///
    /// const READS: Policy = Policy::new().retry(RetryPolicy::attempts(50)).validated();
    /// # let _ = READS;
    /// ```
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
