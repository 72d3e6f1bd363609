//! More than a share of the calls.

use super::counting::impl_circuit_breaker;
use super::{BuiltInBreaker, CircuitBreaker, Decision, Permit, Snapshot, State, Transition};
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A breaker that opens when more than a share of the calls in a sliding window failed, of so many calls at least.
///
/// Only a failure opens it, so a success costs one addition on a cache line of its thread's own. The window has ten steps
/// at least; what it costs in memory and time does not depend on how many calls it holds.
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
    /// A closed breaker. Values of the policy that are out of bounds are clamped.
    ///
    /// # Errors
    ///
    /// For a policy that does not open by a rate.
    pub fn new(policy: CircuitPolicy) -> Result<Self, WrongTrip> {
        match policy.trip {
            Trip::Rate { .. } => Ok(Self(BuiltInBreaker::new(policy))),
            _ => Err(WrongTrip::new(policy, "RateBreaker", "50% of 20 in 10s")),
        }
    }
}

impl_circuit_breaker!(RateBreaker, Trip::Rate { .. });

/// The policy opens by something else than this breaker does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTrip {
    policy: CircuitPolicy,
    breaker: &'static str,
    example: &'static str,
}

impl WrongTrip {
    pub(super) const fn new(policy: CircuitPolicy, breaker: &'static str, example: &'static str) -> Self {
        Self { policy, breaker, example }
    }
}

impl fmt::Display for WrongTrip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, breaker, example } = self;
        write!(f, "circuit: `{policy}` is no policy for a {breaker}; write such as `{example}`")
    }
}

impl Error for WrongTrip {}
