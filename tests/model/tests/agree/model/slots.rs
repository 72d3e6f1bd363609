//! The slots of a key, and the queue for them: a number of those that run, and a list of those that wait.

use super::share::{CLASSES, Share, most_of_class};
use crate::record::{NoSlot, Ns};

pub(crate) struct Slots {
    limit: u32,
    places: u32,
    running: u32,
    /// In order of arrival.
    waiting: Vec<Waiter>,
    /// The calls that were handed a slot and have not come for it.
    served: Vec<usize>,
    /// The calls that were handed a slot since somebody last asked.
    pub(crate) woken: Vec<usize>,
}

struct Waiter {
    call: usize,
    class: usize,
    /// When half of the wait is over.
    half: Ns,
    until: Ns,
}

/// What a caller gets that is willing to wait.
pub(crate) enum Entered {
    Slot,
    InQueue,
}

impl Slots {
    pub(crate) fn new(limit: u32, places: u32) -> Self {
        Self { limit, places, running: 0, waiting: Vec::new(), served: Vec::new(), woken: Vec::new() }
    }

    /// Another limit: those that run stay, and those that wait get what a larger one adds.
    pub(crate) fn set(&mut self, limit: u32, places: u32, now: Ns) {
        (self.limit, self.places) = (limit, places);
        self.hand_over(now);
    }

    /// How many run, and how many wait.
    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.running, self.len())
    }

    fn len(&self) -> u32 {
        u32::try_from(self.waiting.len()).expect("few")
    }

    fn refusal(&self, share: Share, waiting: u32) -> NoSlot {
        let Self { running, limit, .. } = *self;
        NoSlot { running, waiting, priority: share.priority.filter(|_| share.is_part() && running < limit) }
    }

    /// Takes a slot that is free, or that those who wait may not use.
    pub(crate) fn take(&mut self, share: Share, now: Ns) -> Result<(), NoSlot> {
        // Somebody whose time has just come to its end is still counted, and leaves now.
        let refusal = self.refusal(share, self.len());
        self.expire(now);
        if self.running < share.of(self.limit) {
            self.running += 1;
            return Ok(());
        }
        Err(refusal)
    }

    /// Takes a slot, or a place in the queue.
    pub(crate) fn enter(&mut self, call: usize, share: Share, until: Ns, now: Ns) -> Result<Entered, NoSlot> {
        if self.waiting.is_empty() && self.running < share.of(self.limit) {
            self.running += 1;
            return Ok(Entered::Slot);
        }
        if until <= now {
            return self.take(share, now).map(|()| Entered::Slot);
        }
        self.expire(now);
        if self.len() >= share.of(self.places) {
            return self.take(share, now).map(|()| Entered::Slot);
        }
        self.waiting.push(Waiter { call, class: share.class, half: now + (until - now) / 2, until });
        self.hand_over(now);
        // Nobody has to be woken who is here.
        self.woken.retain(|woken| *woken != call);
        Ok(if self.fetch(call) { Entered::Slot } else { Entered::InQueue })
    }

    fn fetch(&mut self, call: usize) -> bool {
        let at = self.served.iter().position(|served| *served == call);
        at.map(|at| self.served.remove(at)).is_some()
    }

    /// Has a call that was in the queue got a slot? `None` while it waits.
    pub(crate) fn ask(&mut self, call: usize, share: Share, now: Ns) -> Option<Result<(), NoSlot>> {
        // A slot that came in time is given.
        if self.fetch(call) {
            return Some(Ok(()));
        }
        if self.waiting.iter().any(|waiter| waiter.call == call && now < waiter.until) {
            return None;
        }
        self.waiting.retain(|waiter| waiter.call != call);
        Some(Err(self.refusal(share, self.len())))
    }

    /// A call leaves the queue. What it was handed goes to the next one.
    pub(crate) fn leave(&mut self, call: usize, now: Ns) {
        self.waiting.retain(|waiter| waiter.call != call);
        if self.fetch(call) {
            self.give_back(now);
        }
    }

    pub(crate) fn give_back(&mut self, now: Ns) {
        self.running -= 1;
        self.hand_over(now);
    }

    fn hand_over(&mut self, now: Ns) {
        while let Some(at) = self.next(now) {
            let waiter = self.waiting.remove(at);
            self.running += 1;
            self.served.push(waiter.call);
            self.woken.push(waiter.call);
        }
    }

    /// Who is next: of the highest class that may use another slot the oldest; or the newest if the oldest of that class, or of one above, has
    /// waited half of the wait.
    fn next(&mut self, now: Ns) -> Option<usize> {
        self.expire(now);
        let is_late = |class| self.oldest(class).is_some_and(|at| self.waiting[at].half <= now);
        (0..CLASSES).find_map(|class| {
            let newest_first = (0..=class).any(is_late);
            let next = if newest_first { self.newest(class) } else { self.oldest(class) };
            next.filter(|_| self.running < most_of_class(class, self.limit))
        })
    }

    /// Whoever is at an end of a class and has waited for too long leaves without a slot.
    fn expire(&mut self, now: Ns) {
        for class in 0..CLASSES {
            for end in [Self::oldest, Self::newest] {
                while let Some(at) = end(self, class).filter(|at| self.waiting[*at].until <= now) {
                    self.waiting.remove(at);
                }
            }
        }
    }

    fn oldest(&self, class: usize) -> Option<usize> {
        self.waiting.iter().position(|waiter| waiter.class == class)
    }

    fn newest(&self, class: usize) -> Option<usize> {
        self.waiting.iter().rposition(|waiter| waiter.class == class)
    }
}
