//! The event of a policy that was registered for a key while the program runs.

use recourse_policy::{DurationText, Policy};
use std::fmt;
use std::time::Duration;

/// Another policy was registered for a key, or the one that was registered was taken back: the event `policy_changed`. Displays as a line
/// for people: the sections that differ.
///
/// A policy here is what is registered for the key, and not what is in force at a function of the key, which
/// [`Timeline::effective`](super::Timeline::effective) tells.
///
/// ```
/// use recourse::observe::{Observer, PolicyChange};
/// use recourse::{Executor, Key, Policy, RetryPolicy};
/// use std::time::Duration;
///
/// #[derive(Debug)]
/// struct Logs;
///
/// impl Observer for Logs {
///     fn policy_changed(&self, key: &Key, change: &PolicyChange) {
///         let line = format!("{key}: {change}");
///         assert_eq!(line, "users.get: retry none became 2 attempts, timeout 2s became none");
///     }
/// }
/// let key = Key::from_static("users.get");
/// let executor = Executor::builder().observer(Logs).policy(key.clone(), Policy::new().timeout(Duration::from_secs(2))).build();
/// executor.set_policy(key, Policy::new().retry(RetryPolicy::attempts(2)));
/// # assert_eq!(executor.observer_panics(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyChange {
    /// The policy that was registered before; `None` if there was none.
    pub old: Option<Policy>,
    /// The policy that is registered now; `None` if there is none, so that the function's own is in force.
    pub new: Option<Policy>,
}

impl PolicyChange {
    /// The name of the event.
    pub const NAME: &'static str = "policy_changed";

    /// True if a section of the policy differs.
    pub(crate) fn of<T: PartialEq>(&self, section: impl Fn(&Policy) -> Option<T>) -> bool {
        self.old.as_ref().and_then(&section) != self.new.as_ref().and_then(&section)
    }
}

impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        type Section = fn(&Policy) -> Option<String>;
        const SECTIONS: [(&str, Section); 9] = [
            ("retry", |policy| policy.retry.map(|retry| retry.to_string())),
            ("hedge", |policy| policy.hedge.map(|hedge| hedge.to_string())),
            ("circuit", |policy| policy.circuit.map(|circuit| circuit.to_string())),
            ("budget", |policy| policy.budget.map(|budget| budget.to_string())),
            ("concurrency", |policy| policy.concurrency.map(|limit| limit.to_string())),
            ("rate", |policy| policy.rate.map(|rate| rate.to_string())),
            ("timeout", |policy| policy.timeout.map(text)),
            ("attempt_timeout", |policy| policy.attempt_timeout.map(text)),
            ("at_least", |policy| policy.at_least.map(|least| least.to_string())),
        ];
        let mut before = "";
        for (name, section) in SECTIONS {
            if self.of(section) {
                let told = |policy: Option<&Policy>| policy.and_then(section).unwrap_or_else(|| "none".to_owned());
                let (old, new) = (told(self.old.as_ref()), told(self.new.as_ref()));
                write!(f, "{before}{name} {old} became {new}")?;
                before = ", ";
            }
        }
        Ok(())
    }
}

fn text(time: Duration) -> String {
    DurationText(time).to_string()
}
