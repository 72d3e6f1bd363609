//! All interleavings of two or three threads around the slots of one key, on the types that run in production.

use super::{ConcurrencyLimit, Entered, Priority, Share, Slot, Waiting};
use crate::time::Instant;
use loom::sync::Arc;
use loom::thread;
use std::task::{Poll, Waker};
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
