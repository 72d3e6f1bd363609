//! The slots of a key: how many calls run, how many may, and who waits.
//!
//! # Design notes
//!
//! - `running.rs` counts, `queue.rs` orders those who wait, and `in_force.rs` says how many may run. This file holds the three together;
//!   `slot.rs` gives out guards.
//! - A limit of the user's own is never asked under the lock of the queue: the ceilings of all classes are fetched before. A limit that
//!   changes in between changes the revision under that lock, and whoever finds another revision fetches the ceilings again. So a caller that
//!   lines up knows the limit that counts, and nobody waits beside a free slot.
//! - Whoever waits is woken outside of the lock, one after another, since a waker is somebody else's code as well.
//! - A caller waits only while as many run as its class may have, which is one at least. So somebody runs, whose end hands the slot over.

use super::full::Full;
use super::in_force::{Ceilings, InForce, Started};
use super::limit::{LimitChange, MOST, Sample};
use super::queue::{Place, Queue, Served, Standing};
use super::running::{Running, Seen};
use super::share::Share;
use crate::sync::modelled::{AtomicU64, Mutex, Ordering, lock};
use crate::time::Instant;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::time::Duration;

pub(super) struct Slots {
    running: Running,
    pub(super) in_force: InForce,
    /// How many may wait.
    places: AtomicU64,
    /// Changes with the limit, under the lock of the queue.
    revision: AtomicU64,
    queue: Mutex<Queue>,
    /// Read when a slot comes back that somebody waits for.
    pub(super) clock: fn() -> Instant,
}

/// What became of a caller that waits, and wakers that are to be dropped when the caller holds its answer: dropping them is somebody
/// else's code, which may panic.
pub(super) struct Answer {
    /// `None` if the caller goes on waiting.
    pub(super) slot: Option<Result<Option<Started>, Full>>,
    pub(super) wakers: [Option<Waker>; 2],
}

impl Slots {
    pub(super) fn new(in_force: InForce) -> Self {
        let places = AtomicU64::new(in_force.limit().into());
        let (running, queue) = (Running::new(), Mutex::new(Queue::new()));
        Self { running, in_force, places, revision: AtomicU64::new(0), queue, clock: Instant::now }
    }

    pub(super) fn set_places(&self, places: u32) {
        self.places.store(places.min(MOST).into(), Ordering::Relaxed);
    }

    pub(super) fn places(&self) -> u32 {
        u32::try_from(self.places.load(Ordering::Relaxed)).unwrap_or(MOST)
    }

    pub(super) fn running(&self) -> u32 {
        self.running.look().running
    }

    pub(super) fn waiting(&self) -> u32 {
        if self.running.look().waited_for { lock(&self.queue).waiting() } else { 0 }
    }

    /// Lets those that wait have what another limit adds. To be called after the change.
    pub(super) fn limit_changed(&self) {
        {
            let _queue = lock(&self.queue);
            self.revision.fetch_add(1, Ordering::AcqRel);
        }
        self.hand_over((self.clock)());
    }

    /// Tells a limit that learns of a slot that was taken. To be called when a guard holds the slot, so that a panic loses none.
    #[inline]
    pub(super) fn admitted(&self, share: Share, started: Option<Started>) {
        if let Some(started) = started {
            self.in_force.admitted(share, started);
        }
    }

    /// Takes a slot, or says that there is none. Reads the clock only if the limit learns, or somebody waits.
    #[inline]
    pub(super) fn take(&self, share: Share, now: impl FnOnce() -> Instant) -> Result<Option<Started>, Full> {
        let Some(limit) = self.in_force.number() else { return self.take_learned(share, now()) };
        match self.running.take(share.slots(limit)) {
            Ok(_) => Ok(None),
            Err(Seen { running, waited_for: false }) => Err(Full::new(share, limit, running, 0)),
            Err(_) => self.take_after_waiters(share, now()),
        }
    }

    fn take_learned(&self, share: Share, now: Instant) -> Result<Option<Started>, Full> {
        match self.running.take(self.in_force.ceiling(share, now)) {
            Ok(running) => Ok(self.in_force.started(running, now)),
            Err(Seen { running, waited_for: false }) => {
                self.in_force.refused(share);
                Err(Full::new(share, self.limit_beside(share, now), running, 0))
            }
            Err(_) => self.take_after_waiters(share, now),
        }
    }

    /// Takes a slot that those who wait leave over: they may be of classes for which there is none.
    #[cold]
    pub(super) fn take_after_waiters(&self, share: Share, now: Instant) -> Result<Option<Started>, Full> {
        let (ceiling, limit) = (self.in_force.ceiling(share, now), self.limit_beside(share, now));
        // A slot may come back at any moment, so it is taken first and then offered to those that wait.
        let offer = |queue: &mut Queue, ceilings: &Ceilings| {
            let full = Full::new(share, limit, self.running(), queue.waiting());
            let taken = self.running.take_for_waiter(ceiling);
            let passed = queue.next(now, |class| taken.filter(|running| *running <= ceilings[class]));
            self.open_if_empty(queue);
            (taken.ok_or(full), passed)
        };
        loop {
            match self.with_queue(now, offer) {
                (taken, None) => {
                    if taken.is_err() {
                        self.in_force.refused(share);
                    }
                    return taken.map(|running| self.in_force.started(running, now));
                }
                (_, Some(served)) => wake(served),
            }
        }
    }

    /// Takes a slot for a caller that is willing to wait. Who waits is not refused yet, so a limit that learns is not told.
    pub(super) fn take_at_once(&self, share: Share, now: Instant) -> Result<Option<Started>, Seen> {
        let running = self.running.take(self.in_force.ceiling(share, now))?;
        Ok(self.in_force.started(running, now))
    }

    /// Takes a place in the queue, unless it is full. To be followed by [`hand_over`](Self::hand_over) once a guard holds the place: a slot that
    /// came back before is found by that, and one that comes later finds the place.
    pub(super) fn line_up(&self, share: Share, until: Instant, now: Instant) -> Option<Place> {
        let places = self.places();
        if places == 0 || until <= now {
            return None;
        }
        let mut queue = lock(&self.queue);
        queue.expire(now);
        (queue.waiting() < share.slots(places)).then(|| {
            self.running.wait();
            queue.push(share.class(), now, until)
        })
    }

    /// Asks what became of a caller, which keeps its place until there is an answer. `waker` is kept if there is none yet.
    pub(super) fn ask(&self, place: Place, share: Share, waker: Option<Waker>, now: Instant) -> Answer {
        // It may be the user's code, which panics: before anything is taken.
        let limit = self.limit_beside(share, now);
        let mut queue = lock(&self.queue);
        let (standing, old) = queue.ask(place, now, waker);
        if standing == Standing::Waits {
            return Answer { slot: None, wakers: [old, None] };
        }
        let (_, kept) = queue.remove(place);
        self.open_if_empty(&queue);
        let (running, waiting) = (self.running(), queue.waiting());
        drop(queue);
        let slot = match standing {
            Standing::Served(running) => Ok(self.in_force.started(running, now)),
            _ => Err(Full::new(share, limit, running, waiting)),
        };
        Answer { slot: Some(slot), wakers: [old, kept] }
    }

    /// What those that matter most may use, if a refusal of this share is compared with it.
    fn limit_beside(&self, share: Share, now: Instant) -> u32 {
        if share.is_part() { self.in_force.ceiling(Share::ALL, now) } else { 0 }
    }

    /// Tells a limit that learns of a caller that gets no slot.
    pub(super) fn refused(&self, share: Share) {
        self.in_force.refused(share);
    }

    /// Lets a caller leave the queue. A slot that it has got already goes to the next.
    pub(super) fn cancel(&self, place: Place, share: Share) {
        let mut queue = lock(&self.queue);
        let (standing, waker) = queue.remove(place);
        self.open_if_empty(&queue);
        drop(queue);
        if let Standing::Served(_) = standing {
            self.give_back();
        }
        unwinding_once(|| {
            drop(waker);
            self.in_force.refused(share);
        });
    }

    /// Lets a limit that learns hear how a call ended. The slot is given back apart from that, so that a panic in it loses none.
    pub(super) fn learn(
        &self,
        started: Option<Started>,
        sample: fn(Duration, u32) -> Sample,
        now: Instant,
    ) -> Option<LimitChange> {
        let change = self.in_force.ended(started?, sample, self.running().saturating_sub(1), now)?;
        if change.to > change.from && self.running.look().waited_for {
            self.limit_changed();
        }
        Some(change)
    }

    /// Gives a slot back.
    #[inline]
    pub(super) fn give_back(&self) {
        if self.running.give_back() {
            unwinding_once(|| self.hand_over((self.clock)()));
        }
    }

    /// Hands free slots to those who wait.
    #[cold]
    pub(super) fn hand_over(&self, now: Instant) {
        let next = |queue: &mut Queue, ceilings: &Ceilings| {
            let next = queue.next(now, |class| self.running.take_for_waiter(ceilings[class]));
            self.open_if_empty(queue);
            next
        };
        while let Some(served) = self.with_queue(now, next) {
            wake(served);
        }
    }

    /// Lets newcomers past the queue again once nobody is in it.
    fn open_if_empty(&self, queue: &Queue) {
        if queue.waiting() == 0 {
            self.running.nobody_waits();
        }
    }

    /// Runs `act` under the lock of the queue, with the ceilings that are in force then.
    fn with_queue<T>(&self, now: Instant, act: impl Fn(&mut Queue, &Ceilings) -> T) -> T {
        loop {
            let revision = self.revision.load(Ordering::Acquire);
            let ceilings = self.in_force.ceilings(now);
            let mut queue = lock(&self.queue);
            if self.revision.load(Ordering::Acquire) == revision {
                return act(&mut queue, &ceilings);
            }
        }
    }
}

fn wake(Served(waker): Served) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Runs code that may reach a limit or a waker of the user's while a panic unwinds. A second panic would abort the process, so it is
/// swallowed.
fn unwinding_once(run: impl FnOnce()) {
    if std::thread::panicking() {
        let _ = catch_unwind(AssertUnwindSafe(run));
    } else {
        run();
    }
}
