//! The states of a breaker.

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
