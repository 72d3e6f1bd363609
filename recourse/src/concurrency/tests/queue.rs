//! The queue: its order, its end, and who leaves it how.

use super::{ConcurrencyLimit, enter, limit, now, passes, poll, served, take};
use crate::concurrency::{Entered, Limit, LimitChange, LimitReason, Sample, Share, Slot, Waiting};
use crate::sync::{Arc, AtomicU32, Ordering};
use crate::time::Instant;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, Wake, Waker};
use std::time::Duration;

/// concurrency-6: in order of arrival while everybody is served in half of the wait.
#[test]
fn waiters_are_served_in_order_while_that_is_soon_enough() {
    let limit = limit(1, 8);
    let mut held = take(&limit, Share::ALL).unwrap();
    let mut waiting: Vec<_> = (0..3).map(|_| enter(&limit, Share::ALL, 100)).collect();
    for next in 0..3 {
        passes(10);
        drop(held);
        held = served(&mut waiting[next]);
        assert!(waiting[next + 1..].iter_mut().all(|other| poll(other).is_pending()));
    }
}

/// concurrency-6: newest first as soon as somebody has waited half of the wait, and in order again when no such caller is left.
#[test]
fn the_newest_is_served_first_once_somebody_has_waited_half_of_the_wait() {
    let limit = limit(1, 8);
    let held = take(&limit, Share::ALL).unwrap();
    let mut old = enter(&limit, Share::ALL, 100);
    passes(40);
    let mut middle = enter(&limit, Share::ALL, 100);
    passes(10);
    let mut new = enter(&limit, Share::ALL, 100);
    drop(held);
    let held = served(&mut new);
    assert!(poll(&mut old).is_pending() && poll(&mut middle).is_pending());
    // A newcomer goes first, too, now that the order is turned; `middle` then, and `old` at last.
    let mut newcomer = enter(&limit, Share::ALL, 100);
    drop(held);
    let held = served(&mut newcomer);
    drop(old);
    passes(30);
    let mut next = enter(&limit, Share::ALL, 100);
    drop(held);
    let held = served(&mut middle);
    assert!(poll(&mut next).is_pending(), "the old one is gone, and `middle` has waited 40 of 100 ms");
    drop(held);
    drop(served(&mut next));
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
}

/// concurrency-7: whoever has waited too long is never served, and learns so when it asks.
#[test]
fn expired_waiters_leave_without_a_slot() {
    let limit = limit(1, 8);
    let held = take(&limit, Share::ALL).unwrap();
    let (mut short, mut long) = (enter(&limit, Share::ALL, 10), enter(&limit, Share::ALL, 1_000));
    assert_eq!(long.until(), now().saturating_add(Duration::from_secs(1)));
    passes(10);
    drop(held);
    drop(served(&mut long));
    let Poll::Ready(Err(full)) = poll(&mut short) else { panic!("its time is over") };
    assert_eq!((full.running, full.waiting), (0, 0));
    assert!(poll(&mut short).is_pending(), "there is one answer");
    assert!(take(&limit, Share::ALL).is_some());
}

/// concurrency-7: the end of the wait is found by asking, whether or not a slot comes back.
#[test]
fn a_waiter_that_asks_when_its_time_is_over_leaves() {
    let limit = limit(1, 1);
    let _held = take(&limit, Share::ALL).unwrap();
    let mut waiting = enter(&limit, Share::ALL, 10);
    passes(9);
    assert!(poll(&mut waiting).is_pending());
    passes(1);
    let Poll::Ready(Err(full)) = poll(&mut waiting) else { panic!("its time is over") };
    assert_eq!((full.running, full.waiting), (1, 0));
    drop(enter(&limit, Share::ALL, 10));
    assert_eq!(limit.waiting(), 0, "its place is free");
}

/// concurrency-7: a slot that was handed over in time is kept, though it is fetched late.
#[test]
fn a_slot_that_came_in_time_is_given() {
    let limit = limit(1, 1);
    let held = take(&limit, Share::ALL).unwrap();
    let mut waiting = enter(&limit, Share::ALL, 10);
    passes(9);
    drop(held);
    passes(100);
    drop(served(&mut waiting));
    assert_eq!(limit.running(), 0);
}

/// concurrency-3: a waiter that goes away gives its slot to the next one.
#[test]
fn a_slot_that_is_not_fetched_goes_on() {
    let limit = limit(1, 4);
    let held = take(&limit, Share::ALL).unwrap();
    let (first, mut second) = (enter(&limit, Share::ALL, 100), enter(&limit, Share::ALL, 100));
    drop(held);
    assert!(poll(&mut second).is_pending());
    drop(first);
    drop(served(&mut second));
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
}

/// concurrency-4: what a larger limit adds goes to those that wait, and a smaller one waits for those that run.
#[test]
fn the_limit_changes_while_callers_wait() {
    let limit = limit(1, 8);
    let held = take(&limit, Share::ALL).unwrap();
    let mut waiting: Vec<_> = (0..3).map(|_| enter(&limit, Share::ALL, 100)).collect();
    limit.set_limit(3);
    let slots = [served(&mut waiting[0]), served(&mut waiting[1])];
    assert!(poll(&mut waiting[2]).is_pending());
    limit.set_limit(1);
    drop(slots);
    assert!(poll(&mut waiting[2]).is_pending(), "one still runs");
    drop(held);
    drop(served(&mut waiting[2]));
}

#[test]
fn a_queue_of_no_places_refuses_and_one_that_is_full_does() {
    let later = now().saturating_add(Duration::from_secs(1));
    let none = limit(1, 0);
    let _held = take(&none, Share::ALL).unwrap();
    assert!(Waiting::enter(none.clone(), Share::ALL, later, now()).is_err());
    none.set_queue(1);
    let _waiting = enter(&none, Share::ALL, 10);
    assert!(Waiting::enter(none.clone(), Share::ALL, later, now()).is_err());
    assert!(Waiting::enter(none.clone(), Share::ALL, now(), now()).is_err(), "no time to wait");
    assert!(Slot::take(none, Share::ALL, now).is_err());
}

struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// concurrency-2: whoever is served is woken, once, and nobody else.
#[test]
fn the_one_that_is_served_is_woken() {
    let limit = limit(1, 4);
    let held = take(&limit, Share::ALL).unwrap();
    let counts = [(); 2].map(|()| Arc::new(Count(AtomicU32::new(0))));
    let mut waiting = [enter(&limit, Share::ALL, 100), enter(&limit, Share::ALL, 100)];
    for (waiting, count) in waiting.iter_mut().zip(&counts) {
        assert!(waiting.poll(Waker::noop(), now()).is_pending());
        assert!(waiting.poll(&Waker::from(count.clone()), now()).is_pending(), "the last waker counts");
    }
    let woken = || [0, 1].map(|at: usize| counts[at].0.load(Ordering::Relaxed));
    drop(held);
    assert_eq!(woken(), [1, 0]);
    drop(served(&mut waiting[0]));
    assert_eq!(woken(), [1, 1]);
}

/// A waker that panics.
struct Panicking;

impl Wake for Panicking {
    fn wake(self: Arc<Self>) {
        panic!("woken");
    }
}

impl Drop for Panicking {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

/// concurrency-8: so does a waker that panics.
#[test]
fn a_panic_of_a_waker_loses_no_slot() {
    let limit = limit(1, 4);
    let held = take(&limit, Share::ALL).unwrap();
    let mut waiting = [enter(&limit, Share::ALL, 100), enter(&limit, Share::ALL, 100)];
    for waiting in &mut waiting {
        assert!(waiting.poll(&Waker::from(Arc::new(Panicking)), now()).is_pending());
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(held))).is_err());
    let [mut first, second] = waiting;
    let held = served(&mut first);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(second))).is_err(), "its waker is dropped with it");
    drop(held);
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
}

/// A limit that panics when it is told.
#[derive(Debug)]
struct Panics;

impl Limit for Panics {
    fn limit(&self) -> u32 {
        1
    }

    fn admitted(&self, _: Share, _: u32, _: Instant) {
        panic!("told of a call");
    }

    fn ended(&self, _: Sample, _: Instant) -> Option<LimitChange> {
        panic!("told of an end");
    }
}

/// concurrency-8: a limit of one's own that panics loses no slot.
#[test]
fn a_panic_of_the_limit_loses_no_slot() {
    let limit = Arc::new(ConcurrencyLimit::learned(Panics).clock(now));
    for _ in 0..3 {
        assert!(catch_unwind(AssertUnwindSafe(|| take(&limit, Share::ALL))).is_err());
        assert_eq!(limit.running(), 0);
    }
}

/// Follows a word: the limit is what was last said.
#[derive(Debug)]
struct Told(AtomicU32);

impl Limit for Told {
    fn limit(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn ended(&self, sample: Sample, _: Instant) -> Option<LimitChange> {
        let to = u32::try_from(sample.latency.as_millis()).unwrap();
        let from = self.0.swap(to, Ordering::Relaxed);
        (from != to).then(|| LimitChange::new(from, to, LimitReason::Other))
    }
}

/// concurrency-4: a limit that learns serves those that wait as soon as it grows, and a fixed one can take its place and give it back.
#[test]
fn a_limit_that_learns_grows_and_can_be_replaced() {
    let limit = Arc::new(ConcurrencyLimit::learned(Told(AtomicU32::new(1))).queue(8).clock(now));
    let held = take(&limit, Share::ALL).unwrap();
    let mut waiting: Vec<_> = (0..3).map(|_| enter(&limit, Share::ALL, 100)).collect();
    passes(3);
    assert_eq!(held.answered(now()), Some(LimitChange::new(1, 3, LimitReason::Other)));
    let slots: Vec<_> = waiting.iter_mut().map(served).collect();
    limit.set_limit(1);
    assert_eq!((limit.limit(), limit.running()), (1, 3));
    drop(slots);
    let fixed = take(&limit, Share::ALL).unwrap();
    assert!(fixed.answered(now()).is_none(), "a slot of a fixed limit tells nothing");
    limit.set_learned(|| panic!("there is one"));
    assert_eq!(limit.limit(), 3);
    let all: Vec<_> = (0..3).map(|_| take(&limit, Share::ALL).unwrap()).collect();
    assert!(matches!(Waiting::enter(&*limit, Share::ALL, now(), now()), Err(full) if full.running == 3));
    drop(all);
    let entered = Waiting::enter(&*limit, Share::ALL, now().saturating_add(Duration::from_secs(1)), now());
    assert!(matches!(entered, Ok(Entered::Slot(_))));
}
