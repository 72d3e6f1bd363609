//! Random operations, a million in a release build, against a model that is a list of callers and a count.

use super::{ConcurrencyLimit, START, Shared, now, passes};
use crate::concurrency::{Entered, Priority, Share, Slot, Waiting};
use crate::rng;
use crate::time::Instant;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

/// A debug build takes a minute for a million.
const OPERATIONS: u32 = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

const PRIORITIES: [Priority; 5] =
    [Priority::Critical, Priority::High, Priority::Normal, Priority::Low, Priority::Sheddable];

/// The order of the classes in the queue.
const CLASSES: [Option<Priority>; 6] = [
    Some(Priority::Critical),
    None,
    Some(Priority::High),
    Some(Priority::Normal),
    Some(Priority::Low),
    Some(Priority::Sheddable),
];

#[derive(Clone, Debug)]
struct Caller {
    number: u32,
    priority: Option<Priority>,
    half: Instant,
    until: Instant,
}

/// What the mechanism is to do, in the plainest form.
#[derive(Debug, Default)]
struct Model {
    limit: u32,
    places: u32,
    running: u32,
    /// In order of arrival.
    waiting: Vec<Caller>,
    /// Callers that have got a slot and not fetched it.
    served: Vec<u32>,
}

fn most(priority: Option<Priority>) -> Share {
    priority.map_or(Share::ALL, Share::most)
}

impl Model {
    fn takes(&mut self, share: Share) -> bool {
        let fits = self.running < share.slots(self.limit);
        self.running += u32::from(fits);
        fits
    }

    /// Gives free slots to those that wait. Those at the ends of a class leave if their time is over.
    fn hand_over(&mut self) {
        while let Some(at) = self.next() {
            let caller = self.waiting.remove(at);
            self.running += 1;
            self.served.push(caller.number);
        }
    }

    fn expire(&mut self) {
        let over = |caller: &Caller| caller.until <= now();
        for class in CLASSES {
            while let Some(at) = self.oldest(class).filter(|at| over(&self.waiting[*at])) {
                self.waiting.remove(at);
            }
            while let Some(at) = self.newest(class).filter(|at| over(&self.waiting[*at])) {
                self.waiting.remove(at);
            }
        }
    }

    fn next(&mut self) -> Option<usize> {
        self.expire();
        let late = |class: &Option<Priority>| self.oldest(*class).is_some_and(|at| self.waiting[at].half <= now());
        CLASSES.iter().enumerate().find_map(|(place, class)| {
            // Somebody who matters as much, or more, has waited half of the wait: the oldest of a class, as those behind came later.
            let next = if CLASSES[..=place].iter().any(late) { self.newest(*class) } else { self.oldest(*class) };
            next.filter(|_| self.running < most(*class).slots(self.limit))
        })
    }

    fn oldest(&self, class: Option<Priority>) -> Option<usize> {
        self.waiting.iter().position(|caller| caller.priority == class)
    }

    fn newest(&self, class: Option<Priority>) -> Option<usize> {
        self.waiting.iter().rposition(|caller| caller.priority == class)
    }

    fn ends(&mut self) {
        self.running -= 1;
        self.hand_over();
    }
}

struct Both {
    limit: Shared,
    model: Model,
    slots: Vec<Slot<Shared>>,
    waiting: Vec<(u32, Waiting<Shared>)>,
    callers: u32,
}

impl Both {
    fn new() -> Self {
        let limit = Arc::new(ConcurrencyLimit::fixed(3).queue(5).clock(now));
        let model = Model { limit: 3, places: 5, ..Model::default() };
        Self { limit, model, slots: Vec::new(), waiting: Vec::new(), callers: 0 }
    }

    fn step(&mut self) {
        match rng::up_to(15) {
            0..=2 => self.take(),
            3..=6 => self.enter(),
            7..=9 => self.end(),
            10..=12 => self.ask(),
            13 => self.leave(),
            14 => passes(rng::up_to(12)),
            _ => self.change(),
        }
        // Nobody is served late, so what an operation brings about is there when it is over.
        assert_eq!(self.limit.running(), self.model.running);
        assert_eq!(self.limit.waiting() as usize, self.model.waiting.len());
    }

    fn class() -> (Option<Priority>, Share) {
        match usize::try_from(rng::up_to(7)).unwrap() {
            at @ 0..5 => (Some(PRIORITIES[at]), Share::drawn(PRIORITIES[at])),
            _ => (None, Share::ALL),
        }
    }

    fn take(&mut self) {
        let (_, share) = Self::class();
        // Those that have waited too long are noticed by whoever looks at the queue.
        let full = !self.model.waiting.is_empty() || self.model.running >= share.slots(self.model.limit);
        if full && !self.model.waiting.is_empty() {
            self.model.hand_over();
        }
        let slot = Slot::take(self.limit.clone(), share, now).ok();
        assert_eq!(slot.is_some(), self.model.takes(share));
        self.slots.extend(slot);
    }

    fn enter(&mut self) {
        let (priority, share) = Self::class();
        let until = now().saturating_add(Duration::from_millis(rng::up_to(40)));
        let got = Waiting::enter(self.limit.clone(), share, until, now());
        self.callers += 1;
        let number = self.callers;
        let free = self.model.waiting.is_empty() && self.model.takes(share);
        if free {
            self.slots.push(slot_of(got));
            return;
        }
        if until > now() && self.model.places > 0 {
            self.model.expire();
        }
        let places = if self.model.places == 0 { 0 } else { share.slots(self.model.places) as usize };
        if until <= now() || self.model.waiting.len() >= places {
            self.model.hand_over();
            if self.model.takes(share) {
                self.slots.push(slot_of(got));
            } else {
                assert!(got.is_err(), "there is no slot, and no place: {got:?}");
            }
            return;
        }
        let half = now().saturating_add(until.saturating_duration_since(now()) / 2);
        self.model.waiting.push(Caller { number, priority, half, until });
        self.model.hand_over();
        if let Some(at) = self.model.served.iter().position(|served| *served == number) {
            self.model.served.swap_remove(at);
            self.slots.push(slot_of(got));
            return;
        }
        match got {
            Ok(Entered::Waiting(waiting)) => self.waiting.push((number, waiting)),
            other => panic!("it should wait: {other:?}"),
        }
    }

    fn end(&mut self) {
        if let Some(slot) = pick(&mut self.slots) {
            drop(slot);
            self.model.ends();
        }
    }

    fn ask(&mut self) {
        let Some((number, mut waiting)) = pick(&mut self.waiting) else { return };
        let answer = waiting.poll(Waker::noop(), now());
        if let Some(at) = self.model.served.iter().position(|served| *served == number) {
            self.model.served.swap_remove(at);
            let Poll::Ready(Ok(slot)) = answer else { panic!("it was served: {answer:?}") };
            self.slots.push(slot);
        } else if let Some(at) = self.model.waiting.iter().position(|caller| caller.number == number) {
            if self.model.waiting[at].until <= now() {
                self.model.waiting.remove(at);
                assert!(matches!(answer, Poll::Ready(Err(_))), "its time is over: {answer:?}");
            } else {
                assert!(answer.is_pending(), "it waits: {answer:?}");
                self.waiting.push((number, waiting));
            }
        } else {
            assert!(matches!(answer, Poll::Ready(Err(_))), "its time was over: {answer:?}");
        }
    }

    fn leave(&mut self) {
        let Some((number, waiting)) = pick(&mut self.waiting) else { return };
        drop(waiting);
        self.model.waiting.retain(|caller| caller.number != number);
        if let Some(at) = self.model.served.iter().position(|served| *served == number) {
            self.model.served.swap_remove(at);
            self.model.ends();
        }
    }

    fn change(&mut self) {
        let (limit, places) = (1 + u32::try_from(rng::up_to(6)).unwrap(), u32::try_from(rng::up_to(7)).unwrap());
        self.limit.set_queue(places);
        self.limit.set_limit(limit);
        (self.model.limit, self.model.places) = (limit, places);
        self.model.hand_over();
    }
}

fn slot_of(entered: Result<Entered<Shared>, crate::concurrency::Full>) -> Slot<Shared> {
    match entered {
        Ok(Entered::Slot(slot)) => slot,
        other => panic!("there is a slot: {other:?}"),
    }
}

fn pick<T>(from: &mut Vec<T>) -> Option<T> {
    let last = from.len().checked_sub(1)?;
    Some(from.swap_remove(usize::try_from(rng::up_to(last as u64)).unwrap()))
}

/// concurrency-1, concurrency-2, concurrency-3, concurrency-4, concurrency-5, concurrency-6, concurrency-7: who runs, who waits and
/// who is refused is what the model says, after each operation.
#[test]
fn random_operations_agree_with_the_model() {
    rng::replace(Some(20));
    super::NOW.set(START);
    let mut both = Both::new();
    (0..OPERATIONS).for_each(|_| both.step());
    drop((both.slots, both.waiting));
    assert_eq!((both.limit.running(), both.limit.waiting()), (0, 0));
}
