//! Circuit breakers: calls to a dependency that is down fail at once, and a few probes find out when it is back.
//!
//! While a dependency is down, every call to it is a wait that ends in an error, and load that it cannot bear. A breaker
//! counts how attempts end. When too many fail it *opens*, and calls are refused without being tried. After a cooldown it is
//! *half-open*: it lets a few probes through, and closes when they succeed.
//!
//! ```text
//!                  failures: so many in a row, or above a rate
//!      ┌────────┐ ───────────────────────────────────────────> ┌──────┐
//!      │ closed │                                               │ open │ <─────────┐
//!      └────────┘        ┌───────────┐ <─────────────────────── └──────┘           │
//!          ^             │ half-open │   the cooldown is over                      │
//!          └──────────── └───────────┘ ────────────────────────────────────────────┘
//!            enough probes succeed        a probe fails (the cooldown may double)
//! ```
//!
//! | state | calls |
//! |---|---|
//! | [`State::Closed`] | all go; how they end is counted |
//! | [`State::Open`] | are refused, and told when the cooldown is over |
//! | [`State::HalfOpen`] | as many at a time as there are probes; the others are refused |
//!
//! - [`CountingBreaker`] opens after so many failures in a row, [`RateBreaker`] above a rate of failures. Both slide their
//!   window in steps of a tenth of it or less.
//! - Every admission is a [`Permit`]. One that is dropped without a verdict (the caller went away, the attempt lost a race)
//!   gives its place back and judges nothing. A result of an attempt that was admitted before the breaker last changed its
//!   state changes nothing either.
//! - A probe that has not reported within a further cooldown makes room for another; its own result still counts, so a
//!   dependency that is slower than the cooldown can close the breaker.
//! - A cooldown that is written is exact. The default one has up to 10 % of jitter on top, so that clients that opened
//!   together do not probe together.
//! - Moments come from the monotonic clock. One that stands still or goes back keeps a breaker open longer; it opens none,
//!   and panics nowhere.
//!
//! Source: Nygard, *Release It!*, 2007. The bounds and the defaults are in [`limits`](recourse_policy::limits).
//!
//! # A breaker of your own
//!
//! Whatever implements [`CircuitBreaker`] can stand in: name the function that makes it, `breaker = path`, or register it by
//! [`ExecutorBuilder::breaker`](crate::ExecutorBuilder::breaker). One that opens for a second as soon as anything fails:
//!
//! ```
//! use recourse::circuit::{CircuitBreaker, Decision, Permit, DecisionReason, State, Transition};
//! use recourse::time::Instant;
//! use recourse::{Class, CircuitPolicy, resilient};
//! use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
//! use std::time::Duration;
//!
//! #[derive(Debug, Default)]
//! struct Touchy(Arc<Mutex<Inner>>);
//!
//! #[derive(Debug, Default)]
//! struct Inner {
//!     /// While it is open, or half-open: when the next probe may go.
//!     open_until: Option<Instant>,
//!     /// Grows with each change of state, so that late results are told from timely ones.
//!     generation: u64,
//!     probing: bool,
//! }
//!
//! const COOLDOWN: Duration = Duration::from_secs(1);
//!
//! impl Inner {
//!     fn state(&self, now: Instant) -> State {
//!         match self.open_until {
//!             None => State::Closed,
//!             Some(until) if !self.probing && now < until => State::Open,
//!             Some(_) => State::HalfOpen,
//!         }
//!     }
//! }
//!
//! impl Touchy {
//!     fn make(_: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
//!         Box::new(Self::default())
//!     }
//!
//!     fn inner(&self) -> MutexGuard<'_, Inner> {
//!         self.0.lock().unwrap_or_else(PoisonError::into_inner)
//!     }
//! }
//!
//! impl CircuitBreaker for Touchy {
//!     fn allow(&self, now: Instant) -> Decision {
//!         let mut inner = self.inner();
//!         let Some(until) = inner.open_until else {
//!             return Decision::admit(Permit::new(inner.generation));
//!         };
//!         if now < until {
//!             // A probe is on its way, or the cooldown is not over.
//!             let (state, reason) =
//!                 if inner.probing { (State::HalfOpen, DecisionReason::ProbesBusy) } else { (State::Open, DecisionReason::Open) };
//!             return Decision::deny(state, reason, Some(until.saturating_duration_since(now)));
//!         }
//!         // One probe, and another if that one says nothing for a second.
//!         let changed = if inner.probing { None } else { Some(Transition::new(State::Open, State::HalfOpen)) };
//!         (inner.probing, inner.generation) = (true, inner.generation + 1);
//!         inner.open_until = Some(now.saturating_add(COOLDOWN));
//!         let (generation, breaker) = (inner.generation, self.0.clone());
//!         // Runs when the permit is dropped, with a verdict or without: then the next probe may go at once.
//!         let release = move || {
//!             let mut inner = breaker.lock().unwrap_or_else(PoisonError::into_inner);
//!             if inner.probing && inner.generation == generation {
//!                 inner.open_until = Some(now);
//!             }
//!         };
//!         Decision::admit(Permit::probe(generation, release)).changed(changed)
//!     }
//!
//!     fn record(&self, permit: Permit, class: Class, _elapsed: Duration, now: Instant) -> Option<Transition> {
//!         let mut inner = self.inner();
//!         if permit.generation() != inner.generation {
//!             return None;
//!         }
//!         let from = if permit.is_probe() { State::HalfOpen } else { State::Closed };
//!         let (until, to) = match class {
//!             Class::Success => (None, State::Closed),
//!             Class::Retryable { .. } | Class::NonRetryable => (Some(now.saturating_add(COOLDOWN)), State::Open),
//!             _ => return None,
//!         };
//!         if from != to {
//!             *inner = Inner { open_until: until, generation: inner.generation + 1, probing: false };
//!         }
//!         drop(inner); // the permit's release takes the lock, too
//!         (from != to).then(|| Transition::new(from, to))
//!     }
//!
//!     fn state(&self, now: Instant) -> State {
//!         self.inner().state(now)
//!     }
//!
//!     fn reset(&self, now: Instant) -> Option<Transition> {
//!         let mut inner = self.inner();
//!         let from = inner.state(now);
//!         *inner = Inner { generation: inner.generation + 1, ..Inner::default() };
//!         (from != State::Closed).then(|| Transition::new(from, State::Closed))
//!     }
//! }
//!
//! #[resilient(circuit = "defaults", breaker = Touchy::make)]
//! async fn read(path: &str) -> Result<String, std::io::Error> {
//!     std::fs::read_to_string(path)
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! # #[cfg(feature = "test-util")]
//! recourse::testing::breaker_conformance(Touchy::make);
//! assert!(read("/no/such/file").await.is_err());
//! let refused = read("/no/such/file").await.unwrap_err();
//! assert_eq!(recourse::rejection(&refused).unwrap().retry_after(), Some(COOLDOWN));
//! # }
//! ```
//!
//! `recourse::testing::breaker_conformance` (feature `test-util`) drives a breaker through what every one must get right.

mod breaker;
mod counting;
mod decision;
#[cfg(all(test, loom))]
mod loom_tests;
mod machine;
mod permit;
mod published;
mod rate;
mod settings;
mod snapshot;
mod state;
mod status;
mod stripes;
#[cfg(all(test, not(loom)))]
mod tests;
mod window;

pub use counting::CountingBreaker;
pub use decision::{Decision, DecisionReason};
pub use permit::Permit;
pub(crate) use permit::catch_if_unwinding;
pub use rate::{RateBreaker, WrongTrip};
pub use snapshot::Snapshot;
pub use state::{State, Transition};
pub use status::BreakerStatus;

pub(crate) use breaker::BuiltInBreaker;
pub(crate) use published::{PackedState, PublishedState, SharedState};
pub(crate) use settings::clamped;

use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// The breaker that a key gets by itself: a [`CountingBreaker`], a [`RateBreaker`], or for "none" one that never opens. For
/// breakers of your own that are one of these, and something around it.
///
/// ```
/// use recourse::CircuitPolicy;
/// use recourse::circuit::{self, State};
/// use recourse::time::Instant;
///
/// let breaker = circuit::built_in(&CircuitPolicy::sensitive());
/// assert_eq!(breaker.state(Instant::now()), State::Closed);
/// ```
pub fn built_in(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(ByPolicy(BuiltInBreaker::new(*policy)))
}

/// Whatever the policy says.
#[derive(Debug)]
struct ByPolicy(BuiltInBreaker);

counting::impl_circuit_breaker!(ByPolicy, _);

/// Makes the breaker of a key, from the settings of its circuit section. What `breaker = path` names.
pub type MakeBreaker = fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>;

/// Decides whether an attempt may go, and learns from how it ends. Shared by all calls of a key, asked by many threads at once.
///
/// Must not block: it runs in the caller's task. A panic in it unwinds to the caller; one that comes while the caller is
/// unwinding already is swallowed.
/// [`circuit`](self) has one that is written by hand; `testing::breaker_conformance` checks one.
pub trait CircuitBreaker: Debug + Send + Sync {
    /// May an attempt go now? Each admission is a permit of its own.
    fn allow(&self, now: Instant) -> Decision;

    /// An attempt that was admitted has ended after so long: `Success`; `Retryable` and `NonRetryable` for a failure, a
    /// timeout, or a panic. Of an attempt that ended in `Ignore`, or was dropped, the permit is dropped instead. One that lost
    /// to another of its group is recorded as a `Success` that took too long, where it ran longer than the policy's `slow`.
    ///
    /// Returns the change of state that this brought about. A permit of an earlier generation must change nothing.
    fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition>;

    /// The state as of now. One whose cooldown is over is half-open, though nobody has asked yet.
    fn state(&self, now: Instant) -> State;

    /// Closes it and forgets everything; permits that are out are void.
    fn reset(&self, now: Instant) -> Option<Transition>;

    /// Takes over a changed policy, and begins anew: true. False where it keeps what it has, because the policy is the one
    /// it has, or because its settings are its own.
    fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        let _ = (policy, now);
        false
    }

    /// What operators see of it.
    fn snapshot(&self, now: Instant) -> Snapshot {
        Snapshot::of(self.state(now))
    }
}

/// A breaker behind a pointer is one: to keep a hand on it, or to share it between keys.
macro_rules! behind_a_pointer {
    ($($pointer:ident),*) => {$(
        impl<T: CircuitBreaker + ?Sized> CircuitBreaker for $pointer<T> {
            fn allow(&self, now: Instant) -> Decision {
                (**self).allow(now)
            }

            fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
                (**self).record(permit, class, elapsed, now)
            }

            fn state(&self, now: Instant) -> State {
                (**self).state(now)
            }

            fn reset(&self, now: Instant) -> Option<Transition> {
                (**self).reset(now)
            }

            fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
                (**self).set_policy(policy, now)
            }

            fn snapshot(&self, now: Instant) -> Snapshot {
                (**self).snapshot(now)
            }
        }
    )*};
}

behind_a_pointer!(Arc, Box);
