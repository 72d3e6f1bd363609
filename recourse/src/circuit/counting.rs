//! So many failures in a row.

use super::rate::WrongTrip;
use super::{BuiltInBreaker, CircuitBreaker, Decision, Permit, Snapshot, State, Transition};
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

/// A breaker that opens after so many failures in a row, all of them within a window where the policy names one.
///
/// While it is closed and nothing fails, a call loads one word twice: nothing is written and the clock is not needed, so any
/// number of threads share one.
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
    /// A closed breaker. Values of the policy that are out of bounds are clamped.
    ///
    /// # Errors
    ///
    /// For a policy that does not open by failures in a row.
    pub fn new(policy: CircuitPolicy) -> Result<Self, WrongTrip> {
        match policy.trip {
            Trip::Failures { .. } => Ok(Self(BuiltInBreaker::new(policy))),
            _ => Err(WrongTrip::new(policy, "CountingBreaker", "5 failures in 10s")),
        }
    }
}

/// Both breakers are the same machine, behind two names.
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

            /// One that opens by something else is not taken over.
            fn set_policy(&self, policy: &CircuitPolicy, now: Instant) -> bool {
                matches!(policy.trip, $trip) && self.0.set_policy(*policy, now)
            }

            fn snapshot(&self, now: Instant) -> Snapshot {
                self.0.snapshot(now)
            }
        }
    };
}

pub(super) use impl_circuit_breaker;

impl_circuit_breaker!(CountingBreaker, Trip::Failures { .. });
