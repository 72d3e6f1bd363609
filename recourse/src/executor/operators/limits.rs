//! The limits that operators hold.

use crate::executor::instance::Executor;
use crate::executor::key::state_key::StateKey;
use crate::executor::operators::held::{Known, write_nearest};
use recourse_policy::{ConcurrencyPolicy, Pattern, PatternKind, Policy, RatePolicy};
use std::collections::HashSet;
use std::fmt;

/// The limits of an executor, to be changed by operators: tightened while a dependency suffers, or lifted. [`Executor::sites`] tells how they are.
///
/// What operators hold stands above the attribute, registered policies, files and the control plane, and below the kill switch. A call changes
/// nothing of it, unless the program lets calls [ask for more](crate::ExecutorBuilder::loose_calls). It holds for
/// keys to come, and until it is taken back; each section on its own and as a whole, from the most specific key or pattern that has it: `2 at once` has
/// no `wait`, also if the attribute's has one. Each key of a pattern has its own slots and its own rate. The next call of a key
/// puts it in force, as with any change of a policy: slots that are out stay out, and what was used of a rate stays used. It is for all functions
/// of a key, also if only one of them has the template that is held, but for those that cannot be rejected; and it is no policy: a function without
/// one keeps the defaults.
///
/// ```
/// use recourse::{ConcurrencyPolicy, Executor, Key, Limits, Policy, RatePolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (executor, key) = (Executor::new(), Key::from_static("users.get"));
/// let call = || executor.call(key.clone(), Policy::defaults(), async || Ok::<_, String>("Ada"));
///
/// let limits: Limits<'_> = executor.limits();
/// assert!(limits.hold_rate(&"users.*".parse()?, Some(RatePolicy::per_minute(1))));
/// assert!(limits.hold_concurrency(&"users.*".parse()?, Some(ConcurrencyPolicy::at_once(2))));
/// assert_eq!(call().await?, "Ada");
/// assert_eq!(call().await.unwrap_err(), "`users.get` was not called: its rate allows the next call in 1m");
/// assert_eq!(limits.held()[0].to_string(), "users.*  concurrency 2 at once, rate 1/m");
/// assert_eq!(limits.held_by(&key.clone().into()).to_string(), "users.get  not held");
///
/// limits.hold_rate(&"users.*".parse()?, None);
/// assert_eq!(call().await?, "Ada");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    executor: &'a Executor,
}

/// What operators hold of the limits of one key, or of those of a pattern: see [`Limits::held`]. Displays as a line for people.
///
/// ```
/// use recourse::{Executor, HeldLimit};
///
/// let executor = Executor::new();
/// executor.limits().hold_rate(&"users.get".parse()?, Some("10/s".parse()?));
/// let held: Vec<HeldLimit> = executor.limits().held();
/// assert_eq!((held[0].rate, held[0].concurrency, held[0].met), (Some("10/s".parse()?), None, false));
/// assert_eq!(held[0].to_string(), "users.get  rate 10/s, no call has met it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldLimit {
    /// The key, or the pattern.
    pub pattern: Pattern,
    /// The limit on concurrency.
    pub concurrency: Option<ConcurrencyPolicy>,
    /// The rate.
    pub rate: Option<RatePolicy>,
    /// True if a call has met the key, or a key of the pattern, since it is held, or if the executor knows one from before.
    pub met: bool,
    /// If it does not: the nearest key, or the nearest pattern of one.
    pub did_you_mean: Option<Pattern>,
}

impl Executor {
    /// Returns the limits on concurrency and the rates, for operators.
    ///
    /// ```
    /// use recourse::{ConcurrencyPolicy, Executor};
    ///
    /// let executor = Executor::new();
    /// executor.limits().hold_concurrency(&"db.*".parse()?, Some(ConcurrencyPolicy::at_once(4)));
    /// assert_eq!(executor.limits().held().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn limits(&self) -> Limits<'_> {
        Limits { executor: self }
    }
}

impl Limits<'_> {
    /// Holds the limit on concurrency of a key, or of each key of a pattern; "none" lifts it, and `None` takes back what was held. Returns true if that
    /// changed something. At most 10,000 keys and patterns are held; beyond that, this changes nothing and returns false.
    pub fn hold_concurrency(&self, keys: &Pattern, policy: Option<ConcurrencyPolicy>) -> bool {
        self.hold(keys, |held| held.concurrency = policy)
    }

    /// Holds the rate, in the same way.
    pub fn hold_rate(&self, keys: &Pattern, policy: Option<RatePolicy>) -> bool {
        self.hold(keys, |held| held.rate = policy)
    }

    /// Returns what is held, sorted. A key or pattern that no call has met is most likely misspelt; the nearest one is told.
    pub fn held(&self) -> Vec<HeldLimit> {
        let known = self.known();
        // Looked up, since there may be thousands of both.
        let keys: HashSet<&str> = known.0.iter().map(|(key, _)| key.as_str()).collect();
        let met = |pattern: &Pattern| match pattern.kind() {
            PatternKind::Key => keys.contains(pattern.as_str()),
            _ => known.has(pattern),
        };
        // The search compares each entry that no call has met with each key: after so many, misspelt ones are not what is wrong.
        let mut searches = (2_000_000 / known.0.len().max(1)).max(10);
        let told = self.executor.shared.held_limits.list().into_iter().map(|(pattern, held)| {
            let met = held.met.get() || met(&pattern);
            let search = searches > 0 && !met;
            searches -= usize::from(search);
            let near = if search { known.nearest(&pattern) } else { None };
            HeldLimit::new(pattern, held.policy, met, near)
        });
        told.collect()
    }

    /// Returns what is held under a key or pattern itself.
    pub fn held_by(&self, keys: &Pattern) -> HeldLimit {
        let (known, held) = (self.known(), self.executor.shared.held_limits.get(keys));
        let met = held.met.get() || known.has(keys);
        let near = if met { None } else { known.nearest(keys) };
        HeldLimit::new(keys.clone(), held.policy, met, near)
    }

    fn hold(self, keys: &Pattern, change: impl FnOnce(&mut Policy)) -> bool {
        self.change(keys, change).unwrap_or(false)
    }

    /// Changes what is held in one step, of which observers are told once. Returns whether that changed something, and `None` if there is no room.
    pub(crate) fn change(self, keys: &Pattern, change: impl FnOnce(&mut Policy)) -> Option<bool> {
        let (old, new) = self.executor.shared.held_limits.change(keys, change)?;
        if old != new {
            let set = |policy: Policy| (!policy.is_empty()).then_some(policy);
            self.executor.outside_changed(keys, set(old), set(new));
        }
        Some(old != new)
    }

    fn known(self) -> Known {
        let names = self.executor.states().into_iter().flat_map(|(StateKey { key, .. }, state)| {
            state.templates().into_iter().map(move |template| (key.clone(), template))
        });
        Known(names.collect())
    }
}

impl HeldLimit {
    const fn new(pattern: Pattern, policy: Policy, met: bool, did_you_mean: Option<Pattern>) -> Self {
        Self { pattern, concurrency: policy.concurrency, rate: policy.rate, met, did_you_mean }
    }
}

impl fmt::Display for HeldLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pattern, concurrency, rate, met, did_you_mean } = self;
        write!(f, "{pattern}  ")?;
        match (concurrency, rate) {
            (Some(concurrency), Some(rate)) => write!(f, "concurrency {concurrency}, rate {rate}")?,
            (Some(concurrency), None) => write!(f, "concurrency {concurrency}")?,
            (None, Some(rate)) => write!(f, "rate {rate}")?,
            (None, None) => f.write_str("not held")?,
        }
        if !met {
            f.write_str(", no call has met it")?;
        }
        write_nearest(f, did_you_mean.as_ref())
    }
}
