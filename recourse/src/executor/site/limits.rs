//! The limits that the calls of a key share, as one site sees them.

use crate::concurrency::{Entered, Full, Share, Slot, Waiting};
use crate::context;
use crate::executor::key::concurrency::LimitRef;
use crate::time::Instant;
use std::time::Duration;

/// The limits of a site. Most sites have none, and ask whether there are any.
#[derive(Debug)]
pub(crate) struct SiteLimits {
    pub(crate) concurrency: Option<SiteConcurrency>,
}

/// The slots of the key, and how long this site waits for one.
#[derive(Debug)]
pub(crate) struct SiteConcurrency {
    pub(crate) limit: LimitRef,
    pub(crate) wait: Option<Duration>,
}

/// The slot of an attempt.
pub(crate) type AttemptSlot = Slot<LimitRef>;
/// The place in the queue of a call.
pub(crate) type QueuePlace = Waiting<LimitRef>;

impl SiteConcurrency {
    /// True if the code that runs is inside of an attempt that holds a slot of this limit: waiting for another one could be waiting for
    /// itself.
    pub(crate) fn is_held_around(&self) -> bool {
        context::holds(self.limit.address())
    }

    /// Takes a slot, or a place in the queue until `deadline` or the end of the wait. Is refused at once if this site does not wait.
    pub(crate) fn enter(
        &self,
        share: Share,
        deadline: Option<Instant>,
        now: impl FnOnce() -> Instant,
    ) -> Result<Entered<LimitRef>, Full> {
        let Some(wait) = self.wait else { return self.take(share, now).map(Entered::Slot) };
        let now = now();
        let until = now.saturating_add(wait);
        Waiting::enter(self.limit.clone(), share, deadline.map_or(until, |deadline| deadline.min(until)), now)
    }

    /// Takes a slot that is free.
    pub(crate) fn take(&self, share: Share, now: impl FnOnce() -> Instant) -> Result<AttemptSlot, Full> {
        Slot::take(self.limit.clone(), share, now)
    }
}
