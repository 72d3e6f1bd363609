//! Real threads. All interleavings of few of them are in the loom models.

use crate::concurrency::{ConcurrencyLimit, Entered, Priority, Share, Slot, Waiting};
use crate::rng;
use crate::sync::{AtomicU32, Ordering};
use crate::time::Instant;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

/// On each of four threads. A debug build takes its time for a million.
const OPERATIONS: u32 = if cfg!(debug_assertions) { 8_000 } else { 250_000 };
const START: Instant = Instant::from_nanos(1 << 62);

fn share() -> Share {
    match rng::up_to(3) {
        0 => Share::drawn(Priority::Sheddable),
        1 => Share::drawn(Priority::High),
        _ => Share::ALL,
    }
}

/// What one caller does: takes a slot or waits for one, and ends in every way there is.
fn call(limit: &ConcurrencyLimit, running: &AtomicU32, most: u32, turn: u32) {
    let run = |slot: Slot<&ConcurrencyLimit>| {
        assert!(running.fetch_add(1, Ordering::AcqRel) < most, "more run than any limit allowed");
        running.fetch_sub(1, Ordering::AcqRel);
        drop(slot);
    };
    if turn % 3 == 0 {
        if let Ok(slot) = Slot::take(limit, share(), || START) {
            run(slot);
        }
        return;
    }
    match Waiting::enter(limit, share(), START.saturating_add(Duration::from_secs(1)), START) {
        Err(_) => {}
        Ok(Entered::Slot(slot)) => run(slot),
        // Goes away.
        Ok(Entered::Waiting(waiting)) if turn % 5 == 0 => drop(waiting),
        Ok(Entered::Waiting(mut waiting)) => loop {
            match waiting.poll(Waker::noop(), START) {
                Poll::Ready(slot) => break run(slot.expect("its time is not over")),
                Poll::Pending => thread::yield_now(),
            }
        },
    }
}

/// concurrency-1, concurrency-2: operations on four threads, a million in a release build, while the limit changes and callers go away and panic.
#[test]
fn operations_on_four_threads_lose_no_slot_and_strand_nobody() {
    const MOST: u32 = 3;
    let limit = ConcurrencyLimit::fixed(MOST).queue(8).clock(|| START);
    let running = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in 0..4 {
            let (limit, running) = (&limit, &running);
            scope.spawn(move || {
                rng::replace(Some(number));
                for turn in 0..OPERATIONS {
                    if turn % 1_000 == 0 {
                        limit.set_limit(1 + turn / 1_000 % MOST);
                        let panics = || {
                            let _slot = Slot::take(limit, Share::ALL, || START);
                            std::panic::resume_unwind(Box::new(()));
                        };
                        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
                    }
                    call(limit, running, MOST + 1, turn);
                }
            });
        }
    });
    assert_eq!((limit.running(), limit.waiting()), (0, 0));
    limit.set_limit(MOST);
    let all: Vec<_> = (0..MOST).map(|_| Slot::take(&limit, Share::ALL, || START).unwrap()).collect();
    assert!(Slot::take(&limit, Share::ALL, || START).is_err());
    drop(all);
}
