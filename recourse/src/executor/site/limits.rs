//! The limits that the calls of a key share, as one site sees them.

use crate::concurrency::{Entered, Full, Share, Slot, Waiting};
use crate::context;
use crate::executor::key::concurrency::LimitRef;
use crate::rate::{RateLimit, RateLimited};
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// The limits of a site. Most sites have none, and ask whether there are any.
#[derive(Debug)]
pub(crate) struct SiteLimits {
    pub(crate) concurrency: Option<SiteConcurrency>,
    pub(crate) rate: Option<SiteRate>,
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

/// The rate of the key, and what this site makes of it.
#[derive(Debug)]
pub(crate) struct SiteRate {
    pub(crate) limit: Arc<RateLimit>,
    pub(crate) wait: Option<Duration>,
    /// Only the first attempt of a call counts.
    pub(crate) per_call: bool,
}

impl SiteRate {
    /// Takes one attempt, to be made after a time of at most `longest`.
    pub(crate) fn take(&self, longest: Duration, now: Instant) -> Result<(TakenAttempt, Duration), RateLimited> {
        let (wait, end) = self.limit.reserve_last(longest, now)?;
        Ok((TakenAttempt(Some((self.limit.clone(), end))), wait))
    }
}

/// An attempt that the rate allows. Dropping it gives it back, unless it was made, or others are in line behind it.
#[derive(Debug)]
#[must_use = "an attempt that is dropped is given back"]
pub(crate) struct TakenAttempt(Option<(Arc<RateLimit>, u64)>);

impl TakenAttempt {
    /// The attempt is made.
    pub(crate) fn made(mut self) {
        self.0 = None;
    }
}

impl Drop for TakenAttempt {
    fn drop(&mut self) {
        if let Some((limit, end)) = &self.0 {
            limit.give_back_last(*end);
        }
    }
}
