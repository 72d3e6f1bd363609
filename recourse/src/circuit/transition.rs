//! The changes between the states of a breaker.

use super::cause::TransitionCause;
use super::state::State;
use std::fmt;

/// A change of state, and what caused it.
///
/// ```
/// use recourse::circuit::{State, Transition, TransitionCause};
///
/// let opened = Transition::new(State::Closed, State::Open);
/// assert_eq!((opened.to_string(), opened.cause), ("closed -> open".to_owned(), TransitionCause::Failures));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Transition {
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// What caused the change.
    pub cause: TransitionCause,
}

impl Transition {
    /// Creates the change from one state to another. Its cause is the usual one of such a change, unless [`because`](Self::because) names
    /// another.
    #[must_use]
    pub const fn new(from: State, to: State) -> Self {
        Self { from, to, cause: TransitionCause::of(from, to) }
    }

    /// Names what caused the change.
    ///
    /// ```
    /// use recourse::circuit::{State, Transition, TransitionCause};
    ///
    /// let opened = Transition::new(State::Closed, State::Open).because(TransitionCause::FailureRate);
    /// assert_eq!(opened.cause, TransitionCause::FailureRate);
    /// ```
    #[must_use]
    pub const fn because(mut self, cause: TransitionCause) -> Self {
        self.cause = cause;
        self
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}
