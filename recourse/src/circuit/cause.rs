//! The codes of what changes the state of a breaker.

use super::state::State;
use std::fmt;

/// What has changed the state of a breaker. The codes are part of the API.
///
/// ```
/// use recourse::circuit::{State, Transition, TransitionCause};
///
/// let reopened = Transition::new(State::HalfOpen, State::Open);
/// assert_eq!(reopened.cause, TransitionCause::ProbeFailed);
/// assert_eq!(reopened.cause.as_str(), "probe_failed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransitionCause {
    /// As many attempts have failed, one after the other, as the policy allows.
    Failures,
    /// More than the share of attempts that the policy allows has failed.
    FailureRate,
    /// Too many failures, and the last of them was an attempt that took longer than `slow`.
    Slow,
    /// The cooldown was over when an attempt asked, which goes as a probe.
    CooldownOver,
    /// As many probes have succeeded as the policy asks for.
    ProbesSucceeded,
    /// A probe has failed, or took longer than `slow`.
    ProbeFailed,
    /// An operator holds the breaker in a state, or has reset it.
    Operator,
    /// Something else, of a breaker of your own that does not say what.
    Other,
}

impl TransitionCause {
    /// All causes.
    pub const ALL: &'static [Self] = &[
        Self::Failures,
        Self::FailureRate,
        Self::Slow,
        Self::CooldownOver,
        Self::ProbesSucceeded,
        Self::ProbeFailed,
        Self::Operator,
        Self::Other,
    ];

    /// Returns the code, in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::FailureRate => "failure_rate",
            Self::Slow => "slow",
            Self::CooldownOver => "cooldown_over",
            Self::ProbesSucceeded => "probes_succeeded",
            Self::ProbeFailed => "probe_failed",
            Self::Operator => "operator",
            Self::Other => "other",
        }
    }

    /// Returns what such a change means, if nobody says more.
    pub(super) const fn of(from: State, to: State) -> Self {
        match (from, to) {
            (State::Closed, State::Open) => Self::Failures,
            (State::Open, State::HalfOpen) => Self::CooldownOver,
            (State::HalfOpen, State::Open) => Self::ProbeFailed,
            (State::HalfOpen, State::Closed) => Self::ProbesSucceeded,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for TransitionCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
