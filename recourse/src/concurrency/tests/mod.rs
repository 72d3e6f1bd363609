//! Slots, queue and priorities, with made-up times.

mod model;
mod priorities;
mod queue;
mod threads;

use super::{ConcurrencyLimit, Entered, Share, Slot, Waiting};
use crate::time::Instant;
use std::cell::Cell;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);

thread_local! {
    /// The clock of the limits under test.
    static NOW: Cell<Instant> = const { Cell::new(START) };
}

fn now() -> Instant {
    NOW.get()
}

fn passes(ms: u64) {
    NOW.set(now().saturating_add(Duration::from_millis(ms)));
}

type Shared = Arc<ConcurrencyLimit>;

fn limit(slots: u32, places: u32) -> Shared {
    NOW.set(START);
    Arc::new(ConcurrencyLimit::fixed(slots).queue(places).clock(now))
}

fn take(limit: &Shared, share: Share) -> Option<Slot<Shared>> {
    Slot::take(limit.clone(), share, now).ok()
}

/// A caller that waits for so many milliseconds.
fn enter(limit: &Shared, share: Share, ms: u64) -> Waiting<Shared> {
    let until = now().saturating_add(Duration::from_millis(ms));
    match Waiting::enter(limit.clone(), share, until, now()) {
        Ok(Entered::Waiting(waiting)) => waiting,
        other => panic!("it should wait: {other:?}"),
    }
}

fn poll(waiting: &mut Waiting<Shared>) -> Poll<Result<Slot<Shared>, super::Full>> {
    waiting.poll(Waker::noop(), now())
}

/// The slot of a caller that was served.
fn served(waiting: &mut Waiting<Shared>) -> Slot<Shared> {
    match poll(waiting) {
        Poll::Ready(Ok(slot)) => slot,
        other => panic!("it should be served: {other:?}"),
    }
}
