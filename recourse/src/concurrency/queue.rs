//! The queue of callers that wait for a slot, as plain code: in order of arrival while that is soon enough, newest first when it is not.
//!
//! A queue in order of arrival serves everybody late once it is longer than callers are willing to wait: each gets a slot just as the
//! caller gives up. The newest caller has the most time left, so under overload that one is served, and the others give up
//! (*adaptive LIFO*: Maurer, "Fail at Scale", ACM Queue 13(8), 2015). Here the order turns as soon as the oldest caller of a class has waited
//! half of the time that it would wait, and turns back when no such caller is left.
//!
//! # Design notes
//!
//! The places are a slab, linked by their numbers in the order of arrival, one list for each class. So whoever gives up leaves from the
//! middle in constant time, and nothing is allocated while no more wait than before. A place belongs to its caller until the caller has
//! fetched the answer, so that a number never means two callers.

use super::share::CLASSES;
use crate::time::Instant;
use std::task::Waker;

/// No place.
const NONE: u32 = u32::MAX;

/// The number of a place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

/// What became of a caller that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Waits,
    /// Has got a slot, with which so many run.
    Served(u32),
    /// Its time was over when its turn came.
    Expired,
}

/// A caller that was served: who is to be woken, if anybody listens yet.
#[derive(Debug)]
pub(super) struct Served(pub(super) Option<Waker>);

#[derive(Debug)]
struct Node {
    standing: Standing,
    class: usize,
    /// When half of the time is over.
    half: Instant,
    until: Instant,
    waker: Option<Waker>,
    older: u32,
    newer: u32,
}

#[derive(Clone, Copy, Debug)]
struct List {
    oldest: u32,
    newest: u32,
}

#[derive(Debug)]
pub(super) struct Queue {
    nodes: Vec<Node>,
    free: Vec<u32>,
    lists: [List; CLASSES],
    waiting: u32,
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), lists: [List { oldest: NONE, newest: NONE }; CLASSES], waiting: 0 }
    }

    /// Returns how many wait.
    pub(super) fn waiting(&self) -> u32 {
        self.waiting
    }

    /// Lines up a caller that comes at `since`, and waits for as long as `until`.
    pub(super) fn push(&mut self, class: usize, since: Instant, until: Instant) -> Place {
        let older = self.lists[class].newest;
        let half = since.saturating_add(until.saturating_duration_since(since) / 2);
        let node = Node { standing: Standing::Waits, class, half, until, waker: None, older, newer: NONE };
        let place = if let Some(place) = self.free.pop() {
            self.nodes[place as usize] = node;
            place
        } else {
            self.nodes.push(node);
            u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)
        };
        match self.nodes.get_mut(older as usize) {
            Some(older) => older.newer = place,
            None => self.lists[class].oldest = place,
        }
        self.lists[class].newest = place;
        self.waiting += 1;
        Place(place)
    }

    /// Serves the next caller for whose class `take` finds a slot. `None` if nobody can be served. Callers whose time is over leave on the
    /// way.
    pub(super) fn next(&mut self, now: Instant, mut take: impl FnMut(usize) -> Option<u32>) -> Option<Served> {
        self.expire(now);
        for class in 0..CLASSES {
            let List { oldest, newest } = self.lists[class];
            if oldest == NONE {
                continue;
            }
            if let Some(running) = take(class) {
                // Who matters less may wait for long without any overload of those before him.
                let newest_first = self.lists[..=class].iter().any(|list| self.is_late(list.oldest, now));
                let next = if newest_first { newest } else { oldest };
                self.leave(next, Standing::Served(running));
                return Some(Served(self.nodes[next as usize].waker.take()));
            }
        }
        None
    }

    /// Leaves out those at both ends of a class whose time is over, so that none of them turns the order for the others, is served, or
    /// takes up a place. They are not woken: each has a timer.
    pub(super) fn expire(&mut self, now: Instant) {
        for class in 0..CLASSES {
            while self.has_expired(self.lists[class].oldest, now) {
                self.leave(self.lists[class].oldest, Standing::Expired);
            }
            while self.has_expired(self.lists[class].newest, now) {
                self.leave(self.lists[class].newest, Standing::Expired);
            }
        }
    }

    fn is_late(&self, place: u32, now: Instant) -> bool {
        self.nodes.get(place as usize).is_some_and(|node| node.half <= now)
    }

    fn has_expired(&self, place: u32, now: Instant) -> bool {
        self.nodes.get(place as usize).is_some_and(|node| node.until <= now)
    }

    fn leave(&mut self, place: u32, standing: Standing) {
        self.unlink(place);
        self.nodes[place as usize].standing = standing;
    }

    fn unlink(&mut self, place: u32) {
        let Node { class, older, newer, .. } = self.nodes[place as usize];
        match self.nodes.get_mut(older as usize) {
            Some(older) => older.newer = newer,
            None => self.lists[class].oldest = newer,
        }
        match self.nodes.get_mut(newer as usize) {
            Some(newer) => newer.older = older,
            None => self.lists[class].newest = older,
        }
        self.waiting -= 1;
    }

    /// Returns what became of a caller, and keeps `waker` for it if it still waits. What is returned beside it is to be dropped outside of
    /// the lock: wakers are somebody else's code.
    pub(super) fn ask(&mut self, place: Place, now: Instant, waker: Option<Waker>) -> (Standing, Option<Waker>) {
        let node = &mut self.nodes[place.0 as usize];
        if node.standing != Standing::Waits {
            return (node.standing, waker);
        }
        if node.until <= now {
            self.leave(place.0, Standing::Expired);
            return (Standing::Expired, waker);
        }
        match waker {
            Some(waker) => (Standing::Waits, node.waker.replace(waker)),
            None => (Standing::Waits, None),
        }
    }

    /// Takes the place back from a caller that has its answer, or does not want it any more. Returns what had become of the caller, and
    /// a waker to drop.
    pub(super) fn remove(&mut self, place: Place) -> (Standing, Option<Waker>) {
        let standing = self.nodes[place.0 as usize].standing;
        if standing == Standing::Waits {
            self.unlink(place.0);
        }
        self.free.push(place.0);
        (standing, self.nodes[place.0 as usize].waker.take())
    }
}
