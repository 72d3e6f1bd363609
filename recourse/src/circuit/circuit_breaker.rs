//! The contract of a circuit breaker: what the engine asks of one, built in or written by hand.

use super::decision::Decision;
use super::permit::Permit;
use super::snapshot::Snapshot;
use super::state::State;
use super::transition::Transition;
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// Creates the breaker of a key from its circuit policy. The type of the function that `breaker = path` names.
///
/// The text of the circuit gives the numbers, and the function decides what to do with them. So a breaker of your own gets its cooldown
/// and its number of probes from the policy, like the built-in ones.
///
/// ```
/// use recourse::circuit::{CircuitBreaker, CountingBreaker, MakeBreaker};
/// use recourse::{CircuitPolicy, resilient};
///
/// fn counting(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
///     Box::new(CountingBreaker::new(*policy).unwrap_or_else(|_| CountingBreaker::new(CircuitPolicy::sensitive()).expect("a count")))
/// }
/// # let _: MakeBreaker = counting;
///
/// #[resilient(key = "users.get", circuit = "5 failures", breaker = counting)]
/// async fn get_user() -> Result<(), String> {
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(get_user().await, Ok(()));
/// # }
/// ```
pub type MakeBreaker = fn(&CircuitPolicy) -> Box<dyn CircuitBreaker>;

/// Decides whether an attempt may go, and learns from how it ends. Shared by all calls of a key, and asked by many threads at once.
///
/// A breaker must not block: it runs in the caller's task. A panic in it unwinds to the caller; a panic that comes while the caller
/// is unwinding already is swallowed.
///
/// The [module](crate::circuit) shows a breaker that is written by hand, and `testing::breaker_conformance` checks one.
///
/// ```
/// use recourse::circuit::{CircuitBreaker, CountingBreaker, State};
/// use recourse::time::Instant;
/// use recourse::{Class, CircuitPolicy};
/// use std::time::Duration;
///
/// let breaker = CountingBreaker::new(CircuitPolicy::failures(1)).unwrap();
/// let now = Instant::now();
/// let permit = breaker.allow(now).permit.expect("a closed circuit");
/// let changed = breaker.record(permit, Class::RETRYABLE, Duration::from_millis(5), now).expect("a change");
/// assert_eq!((changed.to, breaker.state(now)), (State::Open, State::Open));
/// assert!(breaker.allow(now).permit.is_none());
/// assert!(breaker.snapshot(now).next_probe.is_some());
///
/// breaker.reset(now);
/// assert!(breaker.set_policy(&CircuitPolicy::failures(9), now));
/// assert_eq!(breaker.state(now), State::Closed);
/// ```
pub trait CircuitBreaker: Debug + Send + Sync {
    /// Decides whether an attempt may go at `now`. Each admission comes with a permit of its own.
    fn allow(&self, now: Instant) -> Decision;

    /// Records that an admitted attempt ended after `elapsed`. Returns the change of state that this brought about.
    ///
    /// The class is `Success`, or for a failure, a timeout or a panic `Retryable` or `NonRetryable`. If an attempt ended in `Ignore`
    /// or was dropped, its permit is dropped instead. An attempt that lost to another of its group is recorded as a `Success` with
    /// the time it ran, if that is longer than the policy's `slow`.
    ///
    /// A permit of an earlier generation must change nothing.
    fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition>;

    /// Returns the state as of `now`. A breaker whose cooldown is over is half-open, even if nobody has asked yet.
    fn state(&self, now: Instant) -> State;

    /// Closes the breaker and forgets everything. Permits that are out become void.
    fn reset(&self, now: Instant) -> Option<Transition>;

    /// Takes over a changed policy and counts anew. Returns false if the breaker keeps what it has: because the policy is the same,
    /// or because its settings are its own.
    ///
    /// The dependency is no better for another policy: a breaker that is open stays open for what is left of its cooldown, and one that
    /// is half-open goes on probing. The exception is a policy that never opens ([`CircuitPolicy::trips`]), which closes the breaker.
    fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
        let _ = (policy, now);
        false
    }

    /// Returns the breaker's state and counts, for operators.
    fn snapshot(&self, now: Instant) -> Snapshot {
        Snapshot::of(self.state(now))
    }
}

/// Implements the trait for a pointer to a breaker, so that a program can keep a reference, or share a breaker between keys.
macro_rules! impl_for_pointer {
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

impl_for_pointer!(Arc, Box);
