//! When a branch started and ended.

use crate::time::Instant;
use std::time::Duration;

/// The start and the end of a branch, counted from the first poll of its race.
///
/// ```
/// use recourse::race::Times;
///
/// assert_eq!((Times::NONE.start(), Times::NONE.end()), (None, None), "a branch that never started");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Times {
    pub(in crate::race) origin: Instant,
    pub(in crate::race) start: Option<Instant>,
    pub(in crate::race) end: Option<Instant>,
}

impl Times {
    /// The times of a branch that never started.
    #[doc(hidden)]
    pub const NONE: Self = Self { origin: Instant::from_nanos(0), start: None, end: None };

    /// Returns when the branch started; `None` if it never did.
    pub const fn start(&self) -> Option<Duration> {
        match self.start {
            Some(start) => Some(start.saturating_duration_since(self.origin)),
            None => None,
        }
    }

    /// Returns when the branch failed, panicked or was cancelled; `None` if it never started.
    ///
    /// In a race without a timer, a branch that ends in the poll that started it counts as having taken no time. So does a branch
    /// that panics in a race for the first completion.
    pub const fn end(&self) -> Option<Duration> {
        match self.end {
            Some(end) => Some(end.saturating_duration_since(self.origin)),
            None => None,
        }
    }
}
