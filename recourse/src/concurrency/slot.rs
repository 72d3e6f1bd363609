//! Slots, and places in the queue for them: both are given back by their own drop.

use super::concurrency_limit::ConcurrencyLimit;
use super::full::Full;
use super::in_force::Started;
use super::limit::{LimitChange, Sample};
use super::queue::Place;
use super::share::Share;
use super::slots::Answer;
use crate::time::Instant;
use std::fmt;
use std::ops::Deref;
use std::task::{Poll, Waker};

/// The permission for one call to run. Dropping it gives the slot back, and hands it to whoever waits.
///
/// `L` is how the slot holds its limit: `&ConcurrencyLimit`, or an `Arc` of one. A limit that learns wants to know how the call ended:
/// [`answered`](Self::answered) and [`timed_out`](Self::timed_out) tell it, and a slot that is dropped tells nothing. That is right for calls
/// that lost a race, were dropped by their callers, or failed.
///
/// ```
/// use recourse::concurrency::{AdaptiveLimit, ConcurrencyLimit, Share, Slot};
/// use recourse::time::Instant;
/// use std::sync::Arc;
///
/// let limit = Arc::new(ConcurrencyLimit::learned(AdaptiveLimit::new()));
/// let slot = Slot::take(limit.clone(), Share::ALL, Instant::now).unwrap();
/// assert_eq!((limit.running(), limit.limit()), (1, 20));
///
/// // The call is made here.
/// let change = slot.answered(Instant::now());
/// assert!(change.is_none(), "one call changes nothing");
/// assert_eq!(limit.running(), 0);
///
/// let slot = Slot::take(limit.clone(), Share::ALL, Instant::now).unwrap();
/// // This call is given up when its time is over.
/// assert!(slot.timed_out(Instant::now()).is_none(), "nor does a second one");
/// ```
#[must_use = "a slot that is dropped is given back"]
pub struct Slot<L: Deref<Target = ConcurrencyLimit>> {
    limit: L,
    started: Option<Started>,
}

impl<L: Deref<Target = ConcurrencyLimit>> Slot<L> {
    /// Takes a slot, or is refused at once. The clock is read only if the limit learns, or if others wait.
    #[inline]
    pub fn take(limit: L, share: Share, now: impl FnOnce() -> Instant) -> Result<Self, Full> {
        let started = limit.slots.take(share, now)?;
        Ok(Self::taken(limit, share, started))
    }

    /// The call that the slot was taken for begins only now.
    pub(crate) fn restart(&mut self, now: Instant) {
        if let Some(started) = &mut self.started {
            started.at = now;
        }
    }

    /// Holds a slot that was taken.
    #[inline]
    fn taken(limit: L, share: Share, started: Option<Started>) -> Self {
        let slot = Self { limit, started };
        slot.limit.slots.admitted(share, started);
        slot
    }

    /// Gives the slot back after the call was answered. Returns the change of the limit that this brought about.
    #[inline]
    pub fn answered(self, now: Instant) -> Option<LimitChange> {
        self.limit.slots.learn(self.started, Sample::answered, now)
    }

    /// Tells what [`answered`](Self::answered) tells, and goes on to hold the slot. Reads the clock only if the limit learns.
    pub(crate) fn tell_answered(&mut self, now: impl FnOnce() -> Instant) -> Option<LimitChange> {
        self.limit.slots.learn(Some(self.started.take()?), Sample::answered, now())
    }

    /// Tells what [`timed_out`](Self::timed_out) tells, and goes on to hold the slot. Reads the clock only if the limit learns.
    pub(crate) fn tell_timed_out(&mut self, now: impl FnOnce() -> Instant) -> Option<LimitChange> {
        self.limit.slots.learn(Some(self.started.take()?), Sample::timed_out, now())
    }

    /// Gives the slot back after the time of the call was over. Returns the change of the limit that this brought about.
    pub fn timed_out(self, now: Instant) -> Option<LimitChange> {
        self.limit.slots.learn(self.started, Sample::timed_out, now)
    }
}

impl<L: Deref<Target = ConcurrencyLimit>> Drop for Slot<L> {
    #[inline]
    fn drop(&mut self) {
        self.limit.slots.give_back();
    }
}

impl<L: Deref<Target = ConcurrencyLimit>> fmt::Debug for Slot<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("limit", &*self.limit).finish_non_exhaustive()
    }
}

/// What a caller gets that is willing to wait, from [`Waiting::enter`].
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Entered, Share, Waiting};
/// use recourse::time::Instant;
///
/// let (limit, now) = (ConcurrencyLimit::fixed(1), Instant::now());
/// let first = Waiting::enter(&limit, Share::ALL, now, now);
/// assert!(matches!(first, Ok(Entered::Slot(_))), "a slot is free");
/// ```
#[derive(Debug)]
pub enum Entered<L: Deref<Target = ConcurrencyLimit> + Clone> {
    /// A slot was free.
    Slot(Slot<L>),
    /// The caller waits for one.
    Waiting(Waiting<L>),
}

/// A place in the queue for a slot. Dropping it leaves the queue; a slot that was handed over meanwhile goes to the next.
///
/// ```
/// use recourse::concurrency::{ConcurrencyLimit, Entered, Share, Slot, Waiting};
/// use recourse::time::Instant;
/// use std::task::{Poll, Waker};
/// use std::time::Duration;
///
/// let limit = ConcurrencyLimit::fixed(1);
/// let running = Slot::take(&limit, Share::ALL, Instant::now).unwrap();
///
/// let now = Instant::now();
/// let entered = Waiting::enter(&limit, Share::ALL, now.saturating_add(Duration::from_millis(50)), now);
/// let Ok(Entered::Waiting(mut waiting)) = entered else { panic!("one runs already") };
/// assert!(waiting.poll(Waker::noop(), now).is_pending());
/// assert_eq!(waiting.until(), now.saturating_add(Duration::from_millis(50)));
///
/// drop(running);
/// let Poll::Ready(slot) = waiting.poll(Waker::noop(), now) else { panic!("the slot was handed over") };
/// assert!(slot.is_ok());
/// ```
#[must_use = "a place that is dropped is left"]
pub struct Waiting<L: Deref<Target = ConcurrencyLimit> + Clone> {
    limit: L,
    share: Share,
    until: Instant,
    /// `None` once the answer was fetched.
    place: Option<Place>,
}

impl<L: Deref<Target = ConcurrencyLimit> + Clone> Waiting<L> {
    /// Takes a slot, or a place in the queue until `until`: the end of the wait or of the caller's own time, whichever comes first. Is
    /// refused if the queue is full.
    pub fn enter(limit: L, share: Share, until: Instant, now: Instant) -> Result<Entered<L>, Full> {
        if let Ok(started) = limit.slots.take_at_once(share, now) {
            return Ok(Entered::Slot(Slot::taken(limit, share, started)));
        }
        let Some(place) = limit.slots.line_up(share, until, now) else {
            let started = limit.slots.take_after_waiters(share, now)?;
            return Ok(Entered::Slot(Slot::taken(limit, share, started)));
        };
        let mut waiting = Self { limit, share, until, place: Some(place) };
        waiting.limit.slots.hand_over(now);
        match waiting.answer(None, now) {
            Poll::Ready(slot) => slot.map(Entered::Slot),
            Poll::Pending => Ok(Entered::Waiting(waiting)),
        }
    }

    /// Returns when the caller is to ask for the last time: nobody wakes it then.
    pub const fn until(&self) -> Instant {
        self.until
    }

    /// Asks for the slot. `waker` is woken when the slot is handed over, and not when the time is over.
    ///
    /// A slot that was handed over in time is given even if the time is over by now. After the answer, a further call is pending.
    pub fn poll(&mut self, waker: &Waker, now: Instant) -> Poll<Result<Slot<L>, Full>> {
        self.answer(Some(waker.clone()), now)
    }

    fn answer(&mut self, waker: Option<Waker>, now: Instant) -> Poll<Result<Slot<L>, Full>> {
        let Some(place) = self.place else { return Poll::Pending };
        let Answer { slot, wakers } = self.limit.slots.ask(place, self.share, waker, now);
        // The place is given up and the slot held before anybody else's code runs, so that a panic in it loses neither.
        let Some(started) = slot else { return Poll::Pending };
        self.place = None;
        let slot = started.map(|started| (Slot { limit: self.limit.clone(), started }, started));
        drop(wakers);
        Poll::Ready(match slot {
            Ok((slot, started)) => {
                self.limit.slots.admitted(self.share, started);
                Ok(slot)
            }
            Err(full) => {
                self.limit.slots.refused(self.share);
                Err(full)
            }
        })
    }
}

impl<L: Deref<Target = ConcurrencyLimit> + Clone> Drop for Waiting<L> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.limit.slots.cancel(place, self.share);
        }
    }
}

impl<L: Deref<Target = ConcurrencyLimit> + Clone> fmt::Debug for Waiting<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("limit", &*self.limit).field("until", &self.until).finish_non_exhaustive()
    }
}
