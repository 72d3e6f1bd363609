//! What operators are told of breakers that they hold, and of those that are not there.

use crate::circuit::State;
use crate::executor::holds::{Hold, MOST_HELD};
use recourse_policy::text::did_you_mean;
use recourse_policy::{CircuitPolicy, Key};
use std::error::Error;
use std::fmt;

/// What operators want of the breaker of one key: see [`Breakers::held`](crate::Breakers::held). Displays as a line for people.
///
/// ```
/// use recourse::{Executor, Key};
///
/// let executor = Executor::new();
/// executor.breakers().force_open(&Key::from_static("users.get"))?;
/// let held = executor.breakers().held();
/// assert_eq!((held[0].key.as_str(), held[0].met), ("users.get", false));
/// assert_eq!(held[0].to_string(), "users.get  forced open, no call with a circuit has met this key");
/// # Ok::<(), recourse::UnknownBreaker>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldBreaker {
    /// The key.
    pub key: Key,
    /// The state that the breaker is held in.
    pub state: Option<State>,
    /// The policy that the breaker was given.
    pub policy: Option<CircuitPolicy>,
    /// True if a call with a circuit has met the key, so that there is, or was, a breaker that obeys.
    pub met: bool,
    /// The nearest key that has a breaker, if no call has met this one.
    pub did_you_mean: Option<Key>,
}

impl HeldBreaker {
    pub(super) fn new(key: Key, hold: Hold, known: &[Key]) -> Self {
        let Hold { state, policy, met } = hold;
        let did_you_mean = if met { None } else { nearest(&key, known) };
        Self { key, state, policy, met, did_you_mean }
    }
}

impl fmt::Display for HeldBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, state, policy, met, did_you_mean } = self;
        write!(f, "{key}  ")?;
        match (state, policy) {
            (Some(state), Some(policy)) => write!(f, "forced {state}, policy {policy}")?,
            (Some(state), None) => write!(f, "forced {state}")?,
            (None, Some(policy)) => write!(f, "policy {policy}")?,
            (None, None) => f.write_str("not held")?,
        }
        if !met {
            f.write_str(", no call with a circuit has met this key")?;
        }
        write_nearest(f, did_you_mean.as_ref())
    }
}

/// The error of [`Breakers`](crate::Breakers): the key has no circuit breaker, or there is no room to hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBreaker {
    key: Key,
    near: Option<Key>,
    fault: Fault,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no breaker, and nothing is wanted of one.
    Unknown,
    /// Operators hold too many keys already.
    TooMany,
}

impl UnknownBreaker {
    pub(super) fn new(key: &Key, known: &[Key], fault: Fault) -> Self {
        Self { key: key.clone(), near: nearest(key, known), fault }
    }
}

impl fmt::Display for UnknownBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, near, fault } = self;
        match fault {
            Fault::Unknown => write!(
                f,
                "`{key}` has no circuit breaker: a key whose policy has a circuit gets one at its first call"
            )?,
            Fault::TooMany => write!(
                f,
                "`{key}` cannot be held: {MOST_HELD} keys are held already, which is the most; `Breakers::held` lists them, and \
                 `Breakers::reset` releases one"
            )?,
        }
        write_nearest(f, near.as_ref())
    }
}

impl Error for UnknownBreaker {}

fn nearest(key: &Key, known: &[Key]) -> Option<Key> {
    let names: Vec<&str> = known.iter().map(Key::as_str).collect();
    let near = did_you_mean(key.as_str(), &names)?;
    known.iter().find(|known| known.as_str() == near).cloned()
}

fn write_nearest(f: &mut fmt::Formatter<'_>, near: Option<&Key>) -> fmt::Result {
    match near {
        Some(near) => write!(f, "; did you mean `{near}`?"),
        None => Ok(()),
    }
}
