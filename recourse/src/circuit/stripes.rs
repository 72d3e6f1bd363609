//! Successes by step of a window, counted without a lock.
//!
//! Each thread counts in a stripe of its own, a ring of counters on cache lines that no other thread writes, so that threads do not
//! wait for each other. The stripes are added up when a failure has to be judged, and never otherwise.

use super::window::{SLOTS, Scale, slot};
use crate::sync::OnceLock;
use crate::sync::modelled::{AtomicU64, Ordering};
use std::fmt;

/// The largest number of stripes, which take 8 KiB a breaker. On machines with more cores, threads share stripes.
const MAX_STRIPES: usize = 16;

/// The counters of one thread. Each holds the step that it counts in its upper half, and the number of successes in its lower half.
#[repr(align(128))]
struct Stripe([AtomicU64; SLOTS]);

pub(super) struct Stripes(Box<[Stripe]>);

impl Stripes {
    pub(super) fn new() -> Self {
        // Four times as many as there are cores: threads are numbered as they come, and those that work should rarely share one.
        let stripes = if cfg!(all(test, loom)) { 1 } else { (4 * cores()).next_power_of_two().min(MAX_STRIPES) };
        Self((0..stripes).map(|_| Stripe(std::array::from_fn(|_| AtomicU64::new(0)))).collect())
    }

    /// Counts a success in `step`, by one locked addition unless it is the first of its step.
    #[inline]
    pub(super) fn add(&self, step: u32) {
        let stripe = self.0.get(thread_number() & (self.0.len() - 1));
        let Some(cell) = stripe.and_then(|stripe| stripe.0.get(slot(step))) else { return };
        let mut found = cell.load(Ordering::Relaxed);
        // The first success of a step takes the counter over from a step that has long left the window. Threads that share the
        // stripe may try at once: one succeeds, and the others find the counter taken over and add to it.
        while is_other(step, found) {
            match cell.compare_exchange_weak(found, pack(step, 1), Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => found = other,
            }
        }
        // A carry would run over into the step.
        if count(found) < u32::MAX {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Adds up the successes in the window that ends with `current`.
    pub(super) fn total(&self, scale: Scale, current: u32) -> u64 {
        let cells = self.0.iter().flat_map(|stripe| &stripe.0).map(|cell| cell.load(Ordering::Relaxed));
        cells.filter(|cell| scale.covers(step(*cell), current)).map(|cell| u64::from(count(cell))).sum()
    }

    pub(super) fn clear(&self) {
        for cell in self.0.iter().flat_map(|stripe| &stripe.0) {
            cell.store(0, Ordering::Relaxed);
        }
    }
}

/// Returns the number of cores, found out once: it may stand in files, and a caller waits while they are read.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

const fn pack(step: u32, count: u32) -> u64 {
    (step as u64) << 32 | count as u64
}

const fn step(cell: u64) -> u32 {
    (cell >> 32) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
const fn count(cell: u64) -> u32 {
    cell as u32
}

/// Returns true if the counter belongs to another step: one of an earlier turn of the ring, or one left by a clock that went back.
const fn is_other(new: u32, cell: u64) -> bool {
    step(cell) != new
}

/// Returns the number of this thread, given out in the order in which threads first count.
#[cfg(not(all(test, loom)))]
#[inline]
fn thread_number() -> usize {
    use std::cell::Cell;
    use std::sync::atomic::AtomicUsize;
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let number = NUMBER.get();
    if number != usize::MAX {
        return number;
    }
    let number = THREADS.fetch_add(1, Ordering::Relaxed);
    NUMBER.set(number);
    number
}

/// In a model all threads share one stripe, which is the harder case.
#[cfg(all(test, loom))]
fn thread_number() -> usize {
    0
}

impl fmt::Debug for Stripes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripes").field("stripes", &self.0.len()).finish_non_exhaustive()
    }
}
