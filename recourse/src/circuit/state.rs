//! The states of a breaker, and the changes between them.

use std::fmt;

/// The state of a breaker.
///
/// ```
/// use recourse::circuit::State;
///
/// assert_eq!(State::HalfOpen.as_str(), "half_open");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Every call is admitted, and how it ends is counted.
    Closed,
    /// Calls are refused until the cooldown is over.
    Open,
    /// A limited number of probes is admitted; other calls are refused.
    HalfOpen,
}

impl State {
    /// Returns the code: `closed`, `open`, `half_open`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A change of state.
///
/// ```
/// use recourse::circuit::{State, Transition};
///
/// let opened = Transition::new(State::Closed, State::Open);
/// assert_eq!(opened.to_string(), "closed -> open");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Transition {
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
}

impl Transition {
    /// Creates the change from one state to another.
    #[must_use]
    pub const fn new(from: State, to: State) -> Self {
        Self { from, to }
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}
