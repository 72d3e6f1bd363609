//! Slots and rates on their own, on one thread and on two. Moments are handed in where the mechanism asks for none.

use crate::rounds::{Case, both, plain};
use recourse::concurrency::{AdaptiveLimit, ConcurrencyLimit, Priority, Share, Slot};
use recourse::rate::{Rate, RateLimit};
use recourse::time::Instant;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// So many slots that none is refused.
const SLOTS: u32 = 1_000;

/// Slots that are taken and given back, and tokio's semaphore, which does the same.
pub fn slots() -> Vec<Case> {
    let (alone, low, owned) = (fixed(), fixed(), Arc::new(fixed()));
    let full = ConcurrencyLimit::fixed(1);
    let shared = Arc::new(fixed());
    let (adaptive, shared_adaptive) = (adaptive(), Arc::new(adaptive()));
    let (semaphore, shared_semaphore) = (Semaphore::new(SLOTS as usize), Arc::new(Semaphore::new(SLOTS as usize)));
    vec![
        plain("slot: take + give back", move || drop(Slot::take(&alone, Share::ALL, Instant::now))),
        plain("slot: the same with a priority", move || {
            drop(Slot::take(&low, Share::of(Priority::Low, 7), Instant::now));
        }),
        plain("slot: the same, owned", move || drop(Slot::take(owned.clone(), Share::ALL, Instant::now))),
        plain("slot: refused", {
            let held = Box::leak(Box::new(full));
            std::mem::forget(Slot::take(&*held, Share::ALL, Instant::now));
            || Slot::take(&*held, Share::ALL, Instant::now).is_ok()
        }),
        both("slot: take + give back, 2 threads", move || {
            let limit = shared.clone();
            move || drop(Slot::take(&*limit, Share::ALL, Instant::now))
        }),
        plain("adaptive slot: take + answered", move || answered(&adaptive)),
        both("adaptive slot: take + answered, 2 threads", move || {
            let limit = shared_adaptive.clone();
            move || answered(&limit)
        }),
        plain("clock: two readings", || (Instant::now(), Instant::now())),
        plain("tokio's semaphore: try_acquire + drop", move || drop(semaphore.try_acquire())),
        both("tokio's semaphore: try_acquire + drop, 2 threads", move || {
            let semaphore = shared_semaphore.clone();
            move || drop(semaphore.try_acquire())
        }),
    ]
}

fn fixed() -> ConcurrencyLimit {
    ConcurrencyLimit::fixed(SLOTS)
}

fn adaptive() -> ConcurrencyLimit {
    ConcurrencyLimit::learned(AdaptiveLimit::new())
}

#[inline]
fn answered(limit: &ConcurrencyLimit) {
    let slot = Slot::take(limit, Share::ALL, Instant::now).expect("one runs at most on each thread");
    slot.answered(Instant::now());
}

/// Calls that a rate allows.
pub fn rates() -> Vec<Case> {
    let (handed, reads) = (rate(), rate());
    let shared = Arc::new(rate());
    let mut now = Instant::now().as_nanos();
    vec![
        plain("rate: take, the moment handed in", move || {
            now += 1_000;
            handed.take(Instant::from_nanos(now))
        }),
        plain("rate: take, with a reading of the clock", move || reads.take(Instant::now())),
        both("rate: take, the moment handed in, 2 threads", move || {
            let (limit, mut now) = (shared.clone(), Instant::now().as_nanos());
            move || {
                now += 2_000;
                limit.take(Instant::from_nanos(now))
            }
        }),
    ]
}

/// So many that a call in each microsecond is allowed.
fn rate() -> RateLimit {
    RateLimit::new(Rate::per_second(1_000_000).burst(1_000_000))
}
