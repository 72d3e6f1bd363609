//! What is to happen when, for each document.

use crate::time::Instant;
use std::collections::{BTreeSet, HashMap};

/// A document, by the number that it was given.
pub(super) type Id = u64;

/// What is to happen to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Event {
    /// It is to be fetched.
    Fetch,
    /// A version that came too soon after another may be put into force.
    Install,
    /// It ages: it becomes stale, older, or too old.
    Age,
}

/// The next moment of each event of each document.
#[derive(Debug, Default)]
pub(super) struct Timers {
    queue: BTreeSet<(Instant, Id, Event)>,
    of: HashMap<(Id, Event), Instant>,
}

impl Timers {
    /// Sets the next moment of an event, in place of the one that was set.
    pub(super) fn set(&mut self, id: Id, event: Event, at: Option<Instant>) {
        let old = match at {
            Some(at) => self.of.insert((id, event), at),
            None => self.of.remove(&(id, event)),
        };
        if let Some(old) = old {
            self.queue.remove(&(old, id, event));
        }
        if let Some(at) = at {
            self.queue.insert((at, id, event));
        }
    }

    /// Forgets a document.
    pub(super) fn forget(&mut self, id: Id) {
        for event in [Event::Fetch, Event::Install, Event::Age] {
            self.set(id, event, None);
        }
    }

    /// Takes the first event whose time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<(Id, Event)> {
        let (at, id, event) = *self.queue.first()?;
        if at > now {
            return None;
        }
        self.set(id, event, None);
        Some((id, event))
    }

    /// Returns the time of the first event.
    pub(super) fn next(&self) -> Option<Instant> {
        self.queue.first().map(|(at, ..)| *at)
    }

    /// Returns the document that is fetched first, other than this one.
    pub(super) fn first_fetch_but(&self, but: Id) -> Option<(Id, Instant)> {
        let mut fetches = self.queue.iter().filter(|(_, id, event)| *event == Event::Fetch && *id != but);
        fetches.next().map(|(at, id, _)| (*id, *at))
    }

    /// Returns when the next fetch begins.
    pub(super) fn first_fetch(&self) -> Option<Instant> {
        self.queue.iter().find(|(_, _, event)| *event == Event::Fetch).map(|(at, ..)| *at)
    }

    /// Returns the time of an event.
    pub(super) fn of(&self, id: Id, event: Event) -> Option<Instant> {
        self.of.get(&(id, event)).copied()
    }
}
