//! What operators are told of breakers that they hold, and of those that are not there.

use crate::circuit::State;
use crate::executor::operators::holds::{Hold, MOST_HELD};
use recourse_policy::text::did_you_mean;
use recourse_policy::{CircuitPolicy, Key, Pattern, PatternKind};
use std::error::Error;
use std::fmt;

/// What operators want of the breaker of one key, or of those of a pattern: see [`Breakers::held`](crate::Breakers::held). Displays as a
/// line for people.
///
/// ```
/// use recourse::{Executor, Key};
///
/// let executor = Executor::new();
/// executor.breakers().force_open(Key::from_static("users.get"))?;
/// let held = executor.breakers().held();
/// assert_eq!((held[0].pattern.as_str(), held[0].met), ("users.get", false));
/// assert_eq!(held[0].to_string(), "users.get  forced open, no call with a circuit has met this key");
/// # Ok::<(), recourse::UnknownBreaker>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldBreaker {
    /// The key, or the pattern.
    pub pattern: Pattern,
    /// The state that the breakers are held in, except those for which a more specific entry says another one.
    pub state: Option<State>,
    /// The policy that the breaker was given.
    pub policy: Option<CircuitPolicy>,
    /// True if a call with a circuit has met the key, or a key of the pattern, so that there is, or was, a breaker that obeys.
    pub met: bool,
    /// If no call has met the key or pattern: the nearest key that has a breaker, or the nearest pattern that matches one.
    pub did_you_mean: Option<Pattern>,
}

impl HeldBreaker {
    /// `known` is `None` if there is no time to look for what is near.
    pub(in crate::executor) fn new(pattern: Pattern, hold: Hold, known: Option<&Known>) -> Self {
        let Hold { state, policy, met } = hold;
        let met = met.get();
        let did_you_mean = known.filter(|_| !met).and_then(|known| known.nearest(&pattern));
        Self { pattern, state, policy, met, did_you_mean }
    }
}

impl fmt::Display for HeldBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pattern, state, policy, met, did_you_mean } = self;
        write!(f, "{pattern}  ")?;
        match (state, policy) {
            (Some(state), Some(policy)) => write!(f, "forced {state}, policy {policy}")?,
            (Some(state), None) => write!(f, "forced {state}")?,
            (None, Some(policy)) => write!(f, "policy {policy}")?,
            (None, None) => f.write_str("not held")?,
        }
        if !met {
            f.write_str(match pattern.kind() {
                PatternKind::Key => ", no call with a circuit has met this key",
                _ => ", no call with a circuit has met a key of this pattern",
            })?;
        }
        write_nearest(f, did_you_mean.as_ref())
    }
}

/// The keys that have a breaker, and what they were completed from.
#[derive(Debug)]
pub(in crate::executor) struct Known(pub(in crate::executor) Vec<(Key, Option<&'static str>)>);

impl Known {
    /// True if a key is known that the pattern stands for.
    pub(in crate::executor) fn has(&self, pattern: &Pattern) -> bool {
        self.0.iter().any(|(key, template)| pattern.matches(key.as_str(), *template))
    }

    /// Returns the nearest key, or the nearest pattern of the same kind that matches a key.
    pub(in crate::executor) fn nearest(&self, pattern: &Pattern) -> Option<Pattern> {
        let keys = self.0.iter().map(|(key, _)| key.as_str());
        let (name, end, mut names): (_, _, Vec<&str>) = match pattern.kind() {
            PatternKind::Key => (pattern.as_str(), "", keys.collect()),
            PatternKind::Template => {
                (pattern.as_str(), "", self.0.iter().filter_map(|(_, template)| *template).collect())
            }
            PatternKind::Below => {
                let above = |key: &str| key.match_indices('.').map(|(dot, _)| dot).collect::<Vec<_>>();
                let names = keys.flat_map(|key| above(key).into_iter().filter_map(|dot| key.get(..dot)));
                (pattern.below()?, ".*", names.collect())
            }
            _ => return None,
        };
        names.sort_unstable();
        names.dedup();
        format!("{}{end}", did_you_mean(name, &names)?).parse().ok()
    }
}

/// The error of [`Breakers`](crate::Breakers): the key, or the pattern, has no circuit breaker, there is no room to hold it, or another
/// pattern holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBreaker {
    pattern: Pattern,
    near: Option<Pattern>,
    fault: Fault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::executor) enum Fault {
    /// There is no breaker, and nothing is wanted of one.
    Unknown,
    /// Operators hold too many keys already.
    TooMany,
    /// Held in this state by this pattern.
    HeldBy(State, Pattern),
}

impl UnknownBreaker {
    pub(in crate::executor) fn new(pattern: Pattern, known: &Known, fault: Fault) -> Self {
        let near = if fault == Fault::Unknown { known.nearest(&pattern) } else { None };
        Self { pattern, near, fault }
    }

    /// Returns the key or pattern that was asked for.
    ///
    /// ```
    /// use recourse::{Executor, Key};
    ///
    /// let error = Executor::new().breakers().reset(Key::from_static("users.get")).unwrap_err();
    /// assert_eq!(error.pattern().as_str(), "users.get");
    /// ```
    pub const fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Returns true if no breaker is there, and none is held: the key or pattern may be misspelt. Otherwise there is one, or could be, and
    /// something else is in the way, which the message tells.
    pub const fn is_unknown(&self) -> bool {
        matches!(self.fault, Fault::Unknown)
    }

    /// Returns the nearest key that has a breaker, or the nearest pattern that matches one.
    ///
    /// ```
    /// use recourse::{Executor, Key, Policy};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let executor = Executor::new();
    /// executor.call(Key::from_static("users.get"), Policy::defaults(), async || Ok::<_, String>("Ada")).await?;
    /// let unknown = executor.breakers().reset("usres.*".parse::<recourse::policy::Pattern>()?).unwrap_err();
    /// assert!(unknown.is_unknown());
    /// assert_eq!(unknown.did_you_mean().unwrap().as_str(), "users.*");
    /// # Ok(())
    /// # }
    /// ```
    pub const fn did_you_mean(&self) -> Option<&Pattern> {
        self.near.as_ref()
    }
}

impl fmt::Display for UnknownBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pattern, near, fault } = self;
        match fault {
            Fault::Unknown if pattern.kind() == PatternKind::Key => write!(
                f,
                "`{pattern}` has no circuit breaker: a key whose policy has a circuit gets one at its first call"
            )?,
            Fault::Unknown => write!(
                f,
                "`{pattern}` matches no key that has a circuit breaker: a key whose policy has a circuit gets one at its first call"
            )?,
            Fault::TooMany => write!(
                f,
                "`{pattern}` cannot be held: {MOST_HELD} keys are held already, which is the most; `Breakers::held` lists them, and \
                 `Breakers::reset` releases one"
            )?,
            Fault::HeldBy(state, by) => {
                write!(f, "`{pattern}` stays forced {state}: it is held by `{by}`; reset `{by}`")?;
            }
        }
        write_nearest(f, near.as_ref())
    }
}

impl Error for UnknownBreaker {}

pub(super) fn write_nearest(f: &mut fmt::Formatter<'_>, near: Option<&Pattern>) -> fmt::Result {
    match near {
        Some(near) => write!(f, "; did you mean `{near}`?"),
        None => Ok(()),
    }
}
