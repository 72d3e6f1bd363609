//! All interleavings of two or three threads around the slots of one key, on the types that run in production.

use super::{ConcurrencyLimit, Entered, Limit, LimitChange, LimitReason, Priority, Sample, Share, Slot, Waiting};
use crate::sync::modelled::{AtomicU64, Ordering};
use crate::time::Instant;
use loom::sync::Arc;
use loom::thread;
use std::task::{Poll, Wake, Waker};
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);
const SECOND: Duration = Duration::from_secs(1);
const UNTIL: Instant = START.saturating_add(SECOND);

type Shared = Arc<ConcurrencyLimit>;

/// Runs a model with two preemptions unless the environment says otherwise: enough for every known fault, and limited.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound.get_or_insert(2);
    model.check(check);
}

fn limit(slots: u32) -> Shared {
    Arc::new(ConcurrencyLimit::fixed(slots).queue(4).clock(|| START))
}

fn take(limit: &Shared, share: Share) -> Option<Slot<Shared>> {
    Slot::take(limit.clone(), share, || START).ok()
}

fn enter(limit: &Shared, share: Share) -> Entered<Shared> {
    Waiting::enter(limit.clone(), share, UNTIL, START).expect("the queue is not full")
}

/// Waits until there is a slot, and panics if there is none although nobody holds one.
fn slot(entered: Entered<Shared>) -> Slot<Shared> {
    match entered {
        Entered::Slot(slot) => slot,
        Entered::Waiting(mut waiting) => loop {
            if let Poll::Ready(slot) = waiting.poll(Waker::noop(), START) {
                break slot.expect("its time is not over");
            }
            thread::yield_now();
        },
    }
}

/// Nothing is held or waited for, and as many slots can be taken as there are.
fn is_idle(limit: &Shared, slots: u32) {
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
    let all: Vec<_> = (0..slots).map(|_| take(limit, Share::ALL).expect("a slot")).collect();
    assert!(take(limit, Share::ALL).is_none());
    drop(all);
}

/// concurrency-1: three threads, one slot. One has it, and it comes back.
#[test]
fn loom_one_slot_of_three_threads() {
    model(|| {
        let limit = limit(1);
        let others = [(); 2].map(|()| {
            let limit = limit.clone();
            thread::spawn(move || take(&limit, Share::ALL))
        });
        let mut slots = vec![take(&limit, Share::ALL)];
        slots.extend(others.map(|thread| thread.join().unwrap()));
        assert_eq!(slots.iter().flatten().count(), 1);
        assert_eq!(limit.running(), 1);
        drop(slots);
        is_idle(&limit, 1);
    });
}

/// concurrency-2: a slot comes back while somebody lines up for it. The slot is theirs, whatever comes first.
#[test]
fn loom_a_slot_comes_back_while_another_lines_up() {
    model(|| {
        let limit = limit(1);
        let held = take(&limit, Share::ALL).unwrap();
        let waits = thread::spawn({
            let limit = limit.clone();
            move || match enter(&limit, Share::ALL) {
                Entered::Waiting(waiting) => Some(waiting),
                Entered::Slot(slot) => {
                    drop(slot);
                    None
                }
            }
        });
        drop(held);
        // The holder is gone, so whoever waits has the slot.
        if let Some(mut waiting) = waits.join().unwrap() {
            assert!(matches!(waiting.poll(Waker::noop(), START), Poll::Ready(Ok(_))), "a waiter is stranded");
        }
        is_idle(&limit, 1);
    });
}

/// concurrency-2: a slot comes back while one waits and a third comes: one of them has it, then the other.
#[test]
fn loom_a_slot_is_handed_over_while_another_comes() {
    model(|| {
        let limit = limit(1);
        let held = take(&limit, Share::ALL).unwrap();
        let waiting = enter(&limit, Share::ALL);
        assert!(matches!(waiting, Entered::Waiting(_)));
        let comes = thread::spawn({
            let limit = limit.clone();
            move || assert!(take(&limit, Share::ALL).is_none(), "a newcomer takes the slot of one that waits")
        });
        drop(held);
        comes.join().unwrap();
        drop(slot(waiting));
        is_idle(&limit, 1);
    });
}

/// concurrency-3: a waiter leaves while the slot is handed to it. The slot goes to the next one.
#[test]
fn loom_a_waiter_leaves_while_it_is_served() {
    model(|| {
        let limit = limit(1);
        let held = take(&limit, Share::ALL).unwrap();
        let (first, second) = (enter(&limit, Share::ALL), enter(&limit, Share::ALL));
        let leaves = thread::spawn(move || drop(first));
        drop(held);
        leaves.join().unwrap();
        let Entered::Waiting(mut second) = second else { panic!("one ran") };
        assert!(matches!(second.poll(Waker::noop(), START), Poll::Ready(Ok(_))), "a waiter is stranded");
        drop(second);
        is_idle(&limit, 1);
    });
}

/// concurrency-4: the limit shrinks while slots are taken and given back. None is lost, and none is taken beyond the new limit.
#[test]
fn loom_the_limit_shrinks_while_slots_go_and_come() {
    model(|| {
        let limit = limit(2);
        let held = take(&limit, Share::ALL).unwrap();
        let takes = thread::spawn({
            let limit = limit.clone();
            move || drop(take(&limit, Share::ALL))
        });
        limit.set_limit(1);
        takes.join().unwrap();
        assert!(take(&limit, Share::ALL).is_none());
        drop(held);
        is_idle(&limit, 1);
    });
}

/// concurrency-4: the limit grows while somebody lines up. The new slot is theirs, though no slot comes back.
#[test]
fn loom_the_limit_grows_while_another_lines_up() {
    model(|| {
        let limit = limit(1);
        let _held = take(&limit, Share::ALL).unwrap();
        let waits = thread::spawn({
            let limit = limit.clone();
            move || enter(&limit, Share::ALL)
        });
        limit.set_limit(2);
        match waits.join().unwrap() {
            Entered::Slot(slot) => drop(slot),
            Entered::Waiting(mut waiting) => {
                assert!(matches!(waiting.poll(Waker::noop(), START), Poll::Ready(Ok(_))), "a waiter is stranded");
            }
        }
        assert_eq!((limit.running(), limit.waiting()), (1, 0));
    });
}

/// concurrency-4: the limit shrinks while a slot comes back for which somebody waits. Whoever waits has that slot or the next one, and no more run than
/// one of the two limits allows.
#[test]
fn loom_the_limit_shrinks_while_a_slot_is_handed_over() {
    model(|| {
        let limit = limit(2);
        let (held, ends) = (take(&limit, Share::ALL), take(&limit, Share::ALL));
        let Entered::Waiting(mut waiting) = enter(&limit, Share::ALL) else { panic!("two run") };
        let ends = thread::spawn(move || drop(ends));
        limit.set_limit(1);
        ends.join().unwrap();
        let early = match waiting.poll(Waker::noop(), START) {
            // The slot was handed over before the limit shrank.
            Poll::Ready(slot) => Some(slot.expect("its time is not over")),
            Poll::Pending => None,
        };
        assert_eq!(limit.running(), 1 + u32::from(early.is_some()));
        assert!(take(&limit, Share::ALL).is_none(), "one runs already");
        drop(held);
        let slot = early.unwrap_or_else(|| match waiting.poll(Waker::noop(), START) {
            Poll::Ready(slot) => slot.expect("its time is not over"),
            Poll::Pending => panic!("a waiter is stranded"),
        });
        drop(slot);
        is_idle(&limit, 1);
    });
}

/// A limit that learns nothing but to grow.
#[derive(Debug)]
struct Grows(AtomicU64);

impl Limit for Grows {
    fn limit(&self) -> u32 {
        u32::try_from(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn ended(&self, _: Sample, _: Instant) -> Option<LimitChange> {
        self.0.store(2, Ordering::Relaxed);
        Some(LimitChange::new(1, 2, LimitReason::Other))
    }
}

/// concurrency-4: a limit that learns grows while somebody lines up, by the end of the one call that runs.
#[test]
fn loom_a_limit_that_learns_grows_while_others_line_up() {
    model(|| {
        let limit = ConcurrencyLimit::learned(Grows(AtomicU64::new(1))).queue(4).clock(|| START);
        let limit = Arc::new(limit);
        let held = take(&limit, Share::ALL).unwrap();
        let first = enter(&limit, Share::ALL);
        let ends = thread::spawn(move || assert!(held.answered(START).is_some(), "it grows"));
        let second = enter(&limit, Share::ALL);
        ends.join().unwrap();
        // The slot that came back, and the one that is new.
        let slots = [first, second].map(|entered| match entered {
            Entered::Slot(slot) => slot,
            Entered::Waiting(mut waiting) => match waiting.poll(Waker::noop(), START) {
                Poll::Ready(slot) => slot.expect("its time is not over"),
                Poll::Pending => panic!("a waiter is stranded"),
            },
        });
        assert_eq!((limit.running(), limit.waiting()), (2, 0));
        assert!(take(&limit, Share::ALL).is_none());
        drop(slots);
        is_idle(&limit, 2);
    });
}

/// Notes that it was woken.
struct Bell(AtomicU64);

impl Wake for Bell {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(1, Ordering::Release);
    }
}

/// concurrency-2: a waiter asks while its slot is handed to it: it finds the slot, or is woken.
#[test]
fn loom_a_waiter_that_asks_while_it_is_served_is_woken() {
    model(|| {
        let limit = limit(1);
        let held = take(&limit, Share::ALL).unwrap();
        let Entered::Waiting(mut waiting) = enter(&limit, Share::ALL) else { panic!("one runs") };
        let ends = thread::spawn(move || drop(held));
        let bell = std::sync::Arc::new(Bell(AtomicU64::new(0)));
        let slot = match waiting.poll(&Waker::from(bell.clone()), START) {
            Poll::Ready(slot) => {
                ends.join().unwrap();
                slot
            }
            Poll::Pending => {
                ends.join().unwrap();
                assert_eq!(bell.0.load(Ordering::Acquire), 1, "nobody wakes it");
                match waiting.poll(Waker::noop(), START) {
                    Poll::Ready(slot) => slot,
                    Poll::Pending => panic!("a waiter is stranded"),
                }
            }
        };
        drop(slot.expect("its time is not over"));
        is_idle(&limit, 1);
    });
}

/// concurrency-5: a slot for which the one that waits is of too low a class goes to a newcomer of a higher one, and comes back.
#[test]
fn loom_a_higher_class_passes_one_that_may_not_go() {
    model(|| {
        let limit = limit(2);
        let held = take(&limit, Share::ALL).unwrap();
        let low = enter(&limit, Share::most(Priority::Sheddable));
        assert!(matches!(low, Entered::Waiting(_)), "half of two runs already");
        let passes = thread::spawn({
            let limit = limit.clone();
            move || drop(take(&limit, Share::ALL).expect("the second slot is for all"))
        });
        passes.join().unwrap();
        drop(held);
        let Entered::Waiting(mut low) = low else { panic!("one ran") };
        assert!(matches!(low.poll(Waker::noop(), START), Poll::Ready(Ok(_))), "a waiter is stranded");
        drop(low);
        is_idle(&limit, 2);
    });
}

/// concurrency-3: the time of a waiter is over while the slot is handed to it: the waiter has it, or nobody has.
#[test]
fn loom_the_time_is_over_while_a_slot_comes_back() {
    model(|| {
        let limit = limit(1);
        let held = take(&limit, Share::ALL).unwrap();
        let Entered::Waiting(mut waiting) = enter(&limit, Share::ALL) else { panic!("one runs") };
        let ends = thread::spawn(move || drop(held));
        match waiting.poll(Waker::noop(), UNTIL) {
            Poll::Ready(Ok(slot)) => drop(slot),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => panic!("its time is over"),
        }
        ends.join().unwrap();
        drop(waiting);
        is_idle(&limit, 1);
    });
}
