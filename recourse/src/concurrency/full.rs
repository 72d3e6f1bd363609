//! The answer to a call that gets no slot.

use std::fmt;

/// Why a call got no slot.
///
/// The counts are those of the moment of the refusal.
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Share, Slot};
/// use recourse::time::Instant;
///
/// let limit = ConcurrencyLimit::fixed(1);
/// let _slot = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
/// let full = Slot::take(&limit, Share::ALL, Instant::now).unwrap_err();
/// assert_eq!((full.running, full.waiting), (1, 0));
/// assert_eq!(full.to_string(), "1 call runs already");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Full {
    /// How many calls ran.
    pub running: u32,
    /// How many calls waited for a slot.
    pub waiting: u32,
}

impl Full {
    pub(super) const fn new(running: u32, waiting: u32) -> Self {
        Self { running, waiting }
    }
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = if self.running == 1 { "call runs" } else { "calls run" };
        write!(f, "{} {calls} already", self.running)?;
        if self.waiting > 0 { write!(f, ", and {} wait", self.waiting) } else { Ok(()) }
    }
}

impl std::error::Error for Full {}
