//! The answer to a call that gets no slot.

use super::share::Share;
use crate::context::Priority;
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
///
/// A call of a low priority may be refused although slots are free, since these are left to others:
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Priority, Share, Slot};
/// use recourse::time::Instant;
///
/// let limit = ConcurrencyLimit::fixed(2);
/// let _slot = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
/// let full = Slot::take(&limit, Share::most(Priority::Sheddable), Instant::now).unwrap_err();
/// assert_eq!(full.priority, Some(Priority::Sheddable));
/// assert_eq!(full.to_string(), "1 call runs already, too many for priority sheddable");
/// assert!(Slot::take(&limit, Share::most(Priority::Critical), Instant::now).is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Full {
    /// How many calls ran.
    pub running: u32,
    /// How many calls waited for a slot.
    pub waiting: u32,
    /// The priority of the call, if that is why: slots were free, and only calls that matter more may use them.
    pub priority: Option<Priority>,
}

impl Full {
    /// The refusal of a call with this share of a limit.
    pub(super) fn new(share: Share, limit: u32, running: u32, waiting: u32) -> Self {
        let left_to_others = share.is_part() && running < limit;
        Self { running, waiting, priority: share.priority().filter(|_| left_to_others) }
    }
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = if self.running == 1 { "call runs" } else { "calls run" };
        write!(f, "{} {calls} already", self.running)?;
        if let Some(priority) = self.priority {
            write!(f, ", too many for priority {priority}")?;
        }
        if self.waiting > 0 { write!(f, ", and {} wait", self.waiting) } else { Ok(()) }
    }
}

impl std::error::Error for Full {}
