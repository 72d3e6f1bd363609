//! The limit of a key, as the program sees it. `slots.rs` has what it does.

use super::in_force::InForce;
use super::limit::Limit;
use super::slots::Slots;
use crate::time::Instant;
use std::fmt;

/// A limit on how many calls run at once, shared by all calls of a key, with a queue for those that are willing to wait.
///
/// [`Slot::take`](super::Slot::take) takes a slot or is refused at once, and [`Waiting::enter`](super::Waiting::enter) waits in the queue.
/// Slots are given back by their own drop.
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Share, Slot};
/// use recourse::time::Instant;
///
/// let limit = ConcurrencyLimit::fixed(2);
/// let first = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
/// let _second = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
/// let full = Slot::take(&limit, Share::ALL, Instant::now).unwrap_err();
/// assert_eq!(full.to_string(), "2 calls run already");
///
/// drop(first);
/// assert!(Slot::take(&limit, Share::ALL, Instant::now).is_ok());
/// ```
///
/// The limit and the places in the queue can be changed while calls are made:
///
/// ```
/// use recourse::concurrency::{AdaptiveLimit, ConcurrencyLimit};
/// use recourse::time::Instant;
///
/// let limit = ConcurrencyLimit::fixed(2).queue(10).clock(Instant::now);
/// limit.set_limit(8);
/// limit.set_queue(0);
/// assert_eq!((limit.limit(), limit.running(), limit.waiting()), (8, 0, 0));
///
/// limit.set_learned(|| Box::new(AdaptiveLimit::between(1, 50)));
/// assert_eq!(limit.limit(), 20, "where one that learns begins");
/// assert_eq!(ConcurrencyLimit::learned(AdaptiveLimit::new()).limit(), 20);
/// ```
pub struct ConcurrencyLimit {
    pub(super) slots: Slots,
}

impl ConcurrencyLimit {
    /// Creates a limit of `limit` calls at once, clamped to 1 to 65,536. As many may wait, see [`queue`](Self::queue).
    #[must_use]
    pub fn fixed(limit: u32) -> Self {
        Self { slots: Slots::new(InForce::fixed(limit)) }
    }

    /// Creates a limit that learns. As many may wait as it allows at the start.
    #[must_use]
    pub fn learned(limit: impl Limit + 'static) -> Self {
        Self { slots: Slots::new(InForce::learned(Box::new(limit))) }
    }

    /// Sets how many calls may wait at once; 0 means that none may. A priority may fill its share of the queue, as of the slots.
    #[must_use]
    pub fn queue(self, places: u32) -> Self {
        self.set_queue(places);
        self
    }

    /// Sets how many calls may wait, while calls are made. Those that wait already stay.
    pub fn set_queue(&self, places: u32) {
        self.slots.set_places(places);
    }

    /// Sets the clock that is read when a slot comes back for which somebody waits. By default tokio's.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> Instant) -> Self {
        self.slots.clock = clock;
        self
    }

    /// Returns how many calls may run at once.
    pub fn limit(&self) -> u32 {
        self.slots.in_force.limit()
    }

    /// Returns how many calls run.
    pub fn running(&self) -> u32 {
        self.slots.running()
    }

    /// Returns how many calls wait.
    pub fn waiting(&self) -> u32 {
        self.slots.waiting()
    }

    /// How many calls may wait at once.
    pub(crate) fn places(&self) -> u32 {
        self.slots.places()
    }

    /// True if the limit in force is one that learns.
    pub(crate) fn learns(&self) -> bool {
        self.slots.in_force.number().is_none()
    }

    /// Changes the limit to a fixed one while calls are made. Slots that are out stay out: after a smaller limit no call starts until
    /// enough have ended, and after a larger one those that wait start at once.
    pub fn set_limit(&self, limit: u32) {
        self.slots.in_force.set_fixed(limit);
        self.slots.limit_changed();
    }

    /// Changes the limit to the one that learns: that of [`learned`](Self::learned), or `first` if there was none yet. What it has learned
    /// before stays.
    pub fn set_learned(&self, first: impl FnOnce() -> Box<dyn Limit>) {
        self.slots.in_force.set_learned(first);
        self.slots.limit_changed();
    }
}

impl fmt::Debug for ConcurrencyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConcurrencyLimit")
            .field("limit", &self.limit())
            .field("running", &self.running())
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}
