//! The states of a breaker, and the changes between them.

use std::fmt;

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Calls go.
    Closed,
    /// Calls are refused.
    Open,
    /// A few probes go.
    HalfOpen,
}

impl State {
    /// Its code: `closed`, `open`, `half_open`.
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
    /// The state since.
    pub to: State,
}

impl Transition {
    /// From one state to another.
    pub const fn new(from: State, to: State) -> Self {
        Self { from, to }
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.from, self.to)
    }
}
