//! The decision of a breaker about one attempt, and the codes of its reasons.

use super::permit::Permit;
use super::state::State;
use super::transition::Transition;
use std::fmt;
use std::time::Duration;

/// The decision of a breaker about one attempt.
///
/// ```
/// use recourse::CircuitPolicy;
/// use recourse::circuit::{CircuitBreaker, CountingBreaker, DecisionReason, State};
/// use recourse::time::Instant;
///
/// let breaker = CountingBreaker::new(CircuitPolicy::failures(5))?;
/// let decision = breaker.allow(Instant::now());
/// assert_eq!((decision.state, decision.reason), (State::Closed, DecisionReason::Closed));
/// assert!(decision.permit.is_some_and(|permit| !permit.is_probe()));
/// # Ok::<(), recourse::circuit::WrongTrip>(())
/// ```
///
/// ```
/// use recourse::circuit::{Decision, DecisionReason, Permit, State, Transition};
/// use std::time::Duration;
///
/// let admitted = Decision::admit(Permit::new(7));
/// assert_eq!((admitted.state, admitted.reason), (State::Closed, DecisionReason::Closed));
/// assert_eq!(admitted.permit.map(|permit| permit.generation()), Some(7));
///
/// let opened = Transition::new(State::Closed, State::Open);
/// let refused = Decision::deny(State::Open, DecisionReason::Open, Some(Duration::from_secs(5))).changed(Some(opened));
/// assert!(refused.permit.is_none());
/// assert_eq!(refused.changed, Some(opened));
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a decision that is dropped gives its permit back"]
pub struct Decision {
    /// The permission; `None` if the attempt may not go.
    pub permit: Option<Permit>,
    /// The state of the breaker that decided.
    pub state: State,
    /// The reason, for people and metrics.
    pub reason: DecisionReason,
    /// When it makes sense to ask again, if the attempt is refused and that is known.
    pub retry_after: Option<Duration>,
    /// The change of state that the question brought about: from open to half-open, when the cooldown was over.
    pub changed: Option<Transition>,
}

/// Why an attempt may go, or may not. The codes are part of the API.
///
/// ```
/// use recourse::circuit::DecisionReason;
///
/// assert_eq!(DecisionReason::ProbesBusy.as_str(), "probes_busy");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecisionReason {
    /// The breaker is closed.
    Closed,
    /// The attempt is a probe.
    Probe,
    /// The breaker is open, and its cooldown is not over.
    Open,
    /// The breaker is half-open, and all its probes are running.
    ProbesBusy,
    /// An operator closed the breaker: every attempt goes, and nothing is counted.
    ForcedClosed,
    /// An operator opened the breaker: no attempt goes.
    ForcedOpen,
}

impl DecisionReason {
    /// Returns the code: `closed`, `probe`, `open`, `probes_busy`, `forced_closed`, `forced_open`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Probe => "probe",
            Self::Open => "open",
            Self::ProbesBusy => "probes_busy",
            Self::ForcedClosed => "forced_closed",
            Self::ForcedOpen => "forced_open",
        }
    }
}

impl fmt::Display for DecisionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Decision {
    /// Admits the attempt, as a probe if the permit is one.
    #[inline]
    pub const fn admit(permit: Permit) -> Self {
        let (state, reason) = if permit.is_probe() {
            (State::HalfOpen, DecisionReason::Probe)
        } else {
            (State::Closed, DecisionReason::Closed)
        };
        Self { permit: Some(permit), state, reason, retry_after: None, changed: None }
    }

    /// Refuses the attempt.
    pub const fn deny(state: State, reason: DecisionReason, retry_after: Option<Duration>) -> Self {
        Self { permit: None, state, reason, retry_after, changed: None }
    }

    /// Adds the change of state that the question brought about.
    pub fn changed(mut self, changed: Option<Transition>) -> Self {
        self.changed = changed;
        self
    }

    pub(crate) const fn because(mut self, reason: DecisionReason) -> Self {
        self.reason = reason;
        self
    }
}
