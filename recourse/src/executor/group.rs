//! What a call keeps beside its primary attempt: hedges that run, and the failure of those that ended.
//!
//! A function that may hedge holds [`Hedges`], one pointer that is null until the first hedge starts. What is known of them
//! stands in the [`Book`], for the engine; the attempts themselves, and the outcome that is kept, are only known here.

use crate::executor::attempts::{Aside, Beside, Group};
use crate::executor::judge::Judge;
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::limits;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// What the engine has to know of a group, beside its primary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Hedges that were launched so far.
    pub(super) launched: u32,
    /// When the oldest hedge that still runs was launched.
    pub(super) oldest: Option<Instant>,
    /// When the last hedge was launched.
    pub(super) last: Option<Instant>,
}

/// A hedge that was launched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Launched {
    pub(super) number: u8,
    /// The generation of the circuit that it was admitted in; 0 where it is not counted, or holds a permit.
    pub(super) admitted: u32,
    pub(super) at: Instant,
}

/// No group has more hedges than a policy may allow.
const SLOTS: usize = limits::MAX_HEDGES as usize;

/// What is known of the hedges of one group.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Those that run, in the order of their launch.
    running: [Option<Launched>; SLOTS],
    launched: u32,
    last: Option<Instant>,
    /// The slot of the hedge that is being polled.
    pub(super) polling: Option<usize>,
    /// The number and class of the failure that is kept.
    kept: Option<(u8, Class)>,
    /// The longest time that a failure of the group asked for.
    after: Option<Duration>,
}

impl Book {
    /// The slot of a hedge that is launched, which is free.
    fn launches(&mut self, hedge: Launched) -> Option<usize> {
        let slot = self.running.iter().position(Option::is_none)?;
        *self.running.get_mut(slot)? = Some(hedge);
        self.launched += 1;
        self.last = Some(hedge.at);
        Some(slot)
    }

    /// The first hedge that runs, from this slot on.
    pub(super) fn next(&self, from: usize) -> Option<(usize, Launched)> {
        let mut running = self.running.iter().enumerate().skip(from);
        running.find_map(|(slot, hedge)| hedge.map(|hedge| (slot, hedge)))
    }

    /// The hedge of this slot is gone.
    pub(super) fn gone(&mut self, slot: usize) -> Option<Launched> {
        self.running.get_mut(slot)?.take()
    }

    pub(super) fn facts(&self) -> Facts {
        let oldest = self.next(0).map(|(_, hedge)| hedge.at);
        Facts { launched: self.launched, oldest, last: self.last }
    }

    /// Notes a failure. True where it outranks the one that is kept, and is to be kept in its place.
    pub(super) fn outranks(&mut self, number: u8, class: Class) -> bool {
        if let Class::Retryable { after } = class {
            self.after = self.after.max(after);
        }
        let outranks = self.kept.is_none_or(|kept| rank(number, class) < rank(kept.0, kept.1));
        if outranks {
            self.kept = Some((number, class));
        }
        outranks
    }

    /// The class of the failure that is kept, where one is, and the longest time that any failure asked for.
    pub(super) fn kept(&self) -> Option<(Class, Option<Duration>)> {
        self.kept.map(|(_, class)| (class, self.after))
    }
}

/// The lowest rank is the group's outcome: by what a failure means, then by when its attempt was launched, so the primary's
/// first. Never by when it arrived.
fn rank(number: u8, class: Class) -> (u8, u8) {
    let meaning = match class {
        Class::NonRetryable => 0,
        Class::Ignore | Class::Success => 1,
        Class::Retryable { .. } => 2,
    };
    (meaning, number)
}

/// Hedges of one group. Nothing is allocated until the first one starts.
pub(super) struct Hedges<Fut: Future>(Option<Box<Running<Fut>>>);

struct Running<Fut: Future> {
    book: Book,
    /// Each in its slot.
    hedges: [Option<Pin<Box<Fut>>>; SLOTS],
    kept: Option<Fut::Output>,
}

impl<Fut: Future> Hedges<Fut> {
    pub(super) const NONE: Self = Self(None);

    /// Adds a hedge. It is not polled before the others were.
    #[cold]
    pub(super) fn add(&mut self, launched: Launched, attempt: Fut) {
        if self.0.is_none() {
            self.0 = Some(Box::new(Running { book: Book::default(), hedges: [const { None }; SLOTS], kept: None }));
        }
        if let Some(running) = &mut self.0
            && let Some(slot) = running.book.launches(launched)
        {
            running.hedges[slot] = Some(Box::pin(attempt));
        }
    }

    /// True while a hedge runs.
    #[inline]
    pub(super) fn run(&self) -> bool {
        match &self.0 {
            Some(running) => running.book.next(0).is_some(),
            None => false,
        }
    }
}

impl<Fut: Future> fmt::Debug for Hedges<Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hedges").field(&self.0.as_ref().map(|running| &running.book)).finish()
    }
}

impl<Fut: Future, J: Judge<Fut::Output>> Group<Fut, J> for &mut Hedges<Fut> {
    const HEDGES: bool = true;

    fn beside<'s>(aside: &'s mut Aside<'_, Fut, J, Self>) -> Option<&'s mut dyn Beside> {
        Some(aside)
    }
}

/// A primary attempt, and its hedges.
type Hedged<'a, 'h, Fut, J> = Aside<'a, Fut, J, &'h mut Hedges<Fut>>;

impl<Fut: Future, J: Judge<Fut::Output>> Beside for Hedged<'_, '_, Fut, J> {
    fn book(&mut self) -> Option<&mut Book> {
        match &mut self.group.0 {
            Some(running) => Some(&mut running.book),
            None => None,
        }
    }

    fn poll_hedge(&mut self, slot: usize, cx: &mut Context<'_>) -> Option<Class> {
        let Some(running) = &mut self.group.0 else { return None };
        let Some(hedge) = &mut running.hedges[slot] else { return None };
        let polled = hedge.as_mut().poll(cx);
        self.judged(polled)
    }

    fn drop_hedge(&mut self, slot: usize) {
        if let Some(running) = &mut self.group.0 {
            running.hedges[slot] = None;
        }
    }

    fn keep(&mut self) {
        if let Some(running) = &mut self.group.0 {
            running.kept = self.outcome.take();
        }
    }

    fn over(&mut self, kept: bool) {
        let running = self.group.0.take();
        if kept && let Some(running) = running {
            self.outcome = running.kept;
        }
    }
}
