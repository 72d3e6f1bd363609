//! The breakers that a program can name: one for each kind of policy, all on the same [`BuiltInBreaker`].

use super::built_in::BuiltInBreaker;
use super::circuit_breaker::CircuitBreaker;
use super::decision::Decision;
use super::permit::Permit;
use super::snapshot::Snapshot;
use super::state::State;
use super::transition::Transition;
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A breaker that opens after a number of failures in a row, within a window if the policy names one.
///
/// While the breaker is closed and nothing fails, a call loads one value twice. It writes nothing and needs no clock, so any number
/// of threads can share the breaker.
///
/// ```
/// use recourse::circuit::{CircuitBreaker, CountingBreaker, State};
/// use recourse::time::Instant;
/// use recourse::{CircuitPolicy, Class};
/// use std::time::Duration;
///
/// let breaker = CountingBreaker::new(CircuitPolicy::failures(3).cooldown(Duration::from_secs(2)))?;
/// let now = Instant::now();
/// for _ in 0..3 {
///     let permit = breaker.allow(now).permit.expect("it is closed");
///     breaker.record(permit, Class::RETRYABLE, Duration::ZERO, now);
/// }
/// assert_eq!(breaker.state(now), State::Open);
/// assert_eq!(breaker.allow(now).retry_after, Some(Duration::from_secs(2)));
/// # Ok::<(), recourse::circuit::WrongTrip>(())
/// ```
#[derive(Debug)]
pub struct CountingBreaker(BuiltInBreaker);

impl CountingBreaker {
    /// Creates a closed breaker. Clamps values of the policy that are out of bounds.
    ///
    /// # Errors
    ///
    /// Returns [`WrongTrip`] if the policy does not open by failures in a row.
    pub fn new(policy: CircuitPolicy) -> Result<Self, WrongTrip> {
        match policy.trip {
            Trip::Failures { .. } => Ok(Self(BuiltInBreaker::new(policy))),
            _ => Err(WrongTrip { policy, breaker: "CountingBreaker", example: "5 failures in 10s" }),
        }
    }
}

/// A breaker that opens when more than a share of the calls in a sliding window failed, and there were enough calls to judge.
///
/// Only a failure opens the breaker, so a success costs one addition on a cache line of its own thread. The window has at least twenty
/// steps; its cost in memory and time does not depend on how many calls it holds.
///
/// ```
/// use recourse::circuit::{CircuitBreaker, RateBreaker, State};
/// use recourse::time::Instant;
/// use recourse::{CircuitPolicy, Class};
/// use std::time::Duration;
///
/// let breaker = RateBreaker::new(CircuitPolicy::rate(50, 10, Duration::from_secs(10)))?;
/// let now = Instant::now();
/// let ends = |class| {
///     let permit = breaker.allow(now).permit.expect("it is closed");
///     breaker.record(permit, class, Duration::ZERO, now);
/// };
/// (0..5).for_each(|_| ends(Class::Success));
/// (0..5).for_each(|_| ends(Class::RETRYABLE));
/// assert_eq!(breaker.state(now), State::Closed, "half of them is not more than half");
/// ends(Class::RETRYABLE);
/// assert_eq!(breaker.state(now), State::Open);
/// # Ok::<(), recourse::circuit::WrongTrip>(())
/// ```
#[derive(Debug)]
pub struct RateBreaker(BuiltInBreaker);

impl RateBreaker {
    /// Creates a closed breaker. Clamps values of the policy that are out of bounds.
    ///
    /// # Errors
    ///
    /// Returns [`WrongTrip`] if the policy does not open by a rate.
    pub fn new(policy: CircuitPolicy) -> Result<Self, WrongTrip> {
        match policy.trip {
            Trip::Rate { .. } => Ok(Self(BuiltInBreaker::new(policy))),
            _ => Err(WrongTrip { policy, breaker: "RateBreaker", example: "50% of 20 in 10s" }),
        }
    }
}

/// Creates the breaker that a key gets by default: a [`CountingBreaker`], a [`RateBreaker`], or for "none" one that never opens.
/// Use it inside a breaker of your own that adds something to one of these.
///
/// ```
/// use recourse::CircuitPolicy;
/// use recourse::circuit::{self, State};
/// use recourse::time::Instant;
///
/// let breaker = circuit::built_in(&CircuitPolicy::sensitive());
/// assert_eq!(breaker.state(Instant::now()), State::Closed);
/// ```
#[must_use]
pub fn built_in(policy: &CircuitPolicy) -> Box<dyn CircuitBreaker> {
    Box::new(ByPolicy(BuiltInBreaker::new(*policy)))
}

/// A breaker of any kind of policy.
#[derive(Debug)]
struct ByPolicy(BuiltInBreaker);

/// Implements the public trait for a wrapper of [`BuiltInBreaker`] that takes over policies with this kind of trip.
macro_rules! impl_circuit_breaker {
    ($name:ident, $trip:pat) => {
        impl CircuitBreaker for $name {
            #[inline]
            fn allow(&self, now: Instant) -> Decision {
                self.0.allow(now)
            }

            #[inline]
            fn record(&self, permit: Permit, class: Class, elapsed: Duration, now: Instant) -> Option<Transition> {
                self.0.record(permit, class, elapsed, now)
            }

            fn state(&self, now: Instant) -> State {
                self.0.state(now)
            }

            fn reset(&self, now: Instant) -> Option<Transition> {
                self.0.reset(now)
            }

            fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
                // A policy of another kind would make the type's name a lie, so the breaker keeps what it has.
                matches!(policy.trip, $trip) && self.0.set_policy(*policy, now)
            }

            fn snapshot(&self, now: Instant) -> Snapshot {
                self.0.snapshot(now)
            }
        }
    };
}

#[cfg(all(test, not(loom)))]
pub(super) use impl_circuit_breaker;

impl_circuit_breaker!(CountingBreaker, Trip::Failures { .. });
impl_circuit_breaker!(RateBreaker, Trip::Rate { .. });
impl_circuit_breaker!(ByPolicy, _);

/// The policy opens by something else than this breaker does.
///
/// ```
/// use recourse::CircuitPolicy;
/// use recourse::circuit::{RateBreaker, WrongTrip};
///
/// let wrong: WrongTrip = RateBreaker::new(CircuitPolicy::failures(5)).unwrap_err();
/// assert!(!wrong.to_string().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTrip {
    policy: CircuitPolicy,
    breaker: &'static str,
    example: &'static str,
}

impl fmt::Display for WrongTrip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, breaker, example } = self;
        write!(f, "circuit: `{policy}` is no policy for a {breaker}; write such as `{example}`")
    }
}

impl Error for WrongTrip {}
