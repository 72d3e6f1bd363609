//! Circuit breakers: calls to a dependency that is down fail at once, and a few probes find out when it is back.
//!
//! While a dependency is down, every call to it waits for an error and adds load that the dependency cannot bear. A circuit breaker
//! counts how attempts end. When too many fail, the breaker *opens* and refuses calls without trying them. After a cooldown it is
//! *half-open*: it admits a few calls as *probes*, and closes when enough of them succeed.
//!
//! ```text
//!                  failures: a number in a row, or above a rate
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
//! | [`State::Closed`] | are admitted; how they end is counted |
//! | [`State::Open`] | are refused, and told when the cooldown is over |
//! | [`State::HalfOpen`] | are admitted as probes up to a limit; the others are refused, and told when a probe is likely over |
//!
//! - [`CountingBreaker`] opens after a number of failures in a row, [`RateBreaker`] above a rate of failures. A window slides in steps,
//!   so what it covers is up to a tenth shorter than the policy says, and never longer.
//! - Every admission comes with a [`Permit`]. If it is dropped without a result (the caller went away, the attempt lost to another),
//!   it gives its place back. It counts as nothing, unless the attempt ran longer than `slow`: that counts however the attempt ends.
//! - An attempt that the call's own `timeout` cuts counts as a failure if it had at least half of that time. So a dependency that hangs
//!   opens its circuit under impatient callers, and a healthy one does not. If one deadline cuts several attempts of a group, one counts.
//! - The result of an attempt that was admitted before the breaker last changed its
//!   state changes nothing either.
//! - A probe that has not reported within a further cooldown makes room for another. Its own result still counts when it comes, so a
//!   dependency that is slower than the cooldown can close the breaker.
//! - A call that is refused because all probes run is told to come back when one of them is likely over: the last one that succeeded took
//!   so long; until one has, a tenth of the cooldown counts, at most a second. A probe that runs for longer is supposed to take as long
//!   again. What is told is up to a tenth longer by chance, or up to 50 ms if that is more, so that callers do not come back together.
//! - A cooldown that a policy names is exact. The default cooldown has up to 10 % of jitter, so that clients whose breakers opened
//!   together do not probe together; the jitter never lifts a cooldown above the maximum it may grow to.
//! - Time is the monotonic clock's. A clock that stands still keeps a breaker open for longer. On one that goes back, a cooldown
//!   that began later begins anew, so that nobody waits for longer than a cooldown. Neither opens a breaker, and nothing panics.
//! - A failed probe ends its call with the operation's own error and the reason `circuit_open`: the circuit admits no second attempt.
//!
//! Source: Nygard, *Release It!*, 2007. The bounds and the defaults are in [`limits`](recourse_policy::limits).
//!
//! # A breaker of your own
//!
//! Implement [`CircuitBreaker`] and name the function that creates the breaker by `breaker = path`, or register the breaker by
//! [`ExecutorBuilder::breaker`](crate::ExecutorBuilder::breaker). This one opens for a second as soon as anything fails:
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
//!     /// When the next probe may go; `None` while the breaker is closed.
//!     open_until: Option<Instant>,
//!     /// Grows with each change of state, so that late results can be told from timely ones.
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
//!             // A probe is running, or the cooldown is not over.
//!             let (state, reason) =
//!                 if inner.probing { (State::HalfOpen, DecisionReason::ProbesBusy) } else { (State::Open, DecisionReason::Open) };
//!             return Decision::deny(state, reason, Some(until.saturating_duration_since(now)));
//!         }
//!         // One probe, and another if that one says nothing for a second.
//!         let changed = if inner.probing { None } else { Some(Transition::new(State::Open, State::HalfOpen)) };
//!         (inner.probing, inner.generation) = (true, inner.generation + 1);
//!         inner.open_until = Some(now.saturating_add(COOLDOWN));
//!         let (generation, breaker) = (inner.generation, self.0.clone());
//!         // Runs when the permit is dropped, with a result or without one: then the next probe may go at once.
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
//! async fn read() -> Result<String, std::io::Error> {
//!     Err(std::io::ErrorKind::ConnectionReset.into())
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! # #[cfg(feature = "test-util")]
//! recourse::testing::breaker_conformance(Touchy::make);
//! assert!(read().await.is_err());
//! let refused = read().await.unwrap_err();
//! assert_eq!(recourse::rejection(&refused).unwrap().retry_after(), Some(COOLDOWN));
//! # }
//! ```
//!
//! `recourse::testing::breaker_conformance` (feature `test-util`) drives a breaker through everything that each of them must get right.

// From the bottom up: `machine` is the state machine as plain code, with `tally`, `probes` and `window` for its parts. `built_in` puts
// a lock around the machine, and `published` and `stripes` in front of the lock. `breakers` gives that the names of the public API.
mod breakers;
mod built_in;
mod cause;
mod circuit_breaker;
mod decision;
#[cfg(all(test, loom))]
mod loom_tests;
mod machine;
mod permit;
mod probes;
mod published;
mod settings;
mod snapshot;
mod state;
mod stripes;
mod tally;
#[cfg(all(test, not(loom)))]
mod tests;
mod transition;
mod window;

pub use breakers::{CountingBreaker, RateBreaker, WrongTrip, built_in};
pub use cause::TransitionCause;
pub use circuit_breaker::{CircuitBreaker, MakeBreaker};
pub use decision::{Decision, DecisionReason};
pub use permit::Permit;
pub use snapshot::{BreakerStatus, Snapshot};
pub use state::State;
pub use transition::Transition;

pub(crate) use built_in::BuiltInBreaker;
pub(crate) use permit::catch_if_unwinding;
pub(crate) use published::{PackedState, PublishedState, SharedState};
pub(crate) use settings::clamped;
#[cfg(feature = "serde")]
pub(crate) use snapshot::in_ms;
