//! Successes by step of a window, counted by each thread in a stripe of its own, so that threads do not wait for each other's
//! cache lines. They are added up when a failure has to be judged, and never otherwise.

use super::window::{SLOTS, Scale, slot};
use crate::sync::modelled::{AtomicU64, Ordering};
use std::fmt;

/// The most stripes: 4 KiB a breaker. Machines with more cores share them.
const MOST: usize = 16;

/// A step in the upper half, how many in the lower.
#[repr(align(128))]
struct Stripe([AtomicU64; SLOTS]);

pub(super) struct Stripes(Box<[Stripe]>);

impl Stripes {
    pub(super) fn new() -> Self {
        // More than there are cores: threads are numbered as they come, and those that work should rarely meet.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let stripes = if cfg!(all(test, loom)) { 1 } else { (4 * cores).next_power_of_two().min(MOST) };
        Self((0..stripes).map(|_| Stripe(std::array::from_fn(|_| AtomicU64::new(0)))).collect())
    }

    /// One success, in this step. One locked addition, but for the first of a step.
    #[inline]
    pub(super) fn add(&self, step: u32) {
        let stripe = self.0.get(own() & (self.0.len() - 1));
        let Some(cell) = stripe.and_then(|stripe| stripe.0.get(slot(step))) else { return };
        let mut found = cell.load(Ordering::Relaxed);
        while is_other(step, found) {
            match cell.compare_exchange_weak(found, pack(step, 1), Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => found = other,
            }
        }
        if count(found) < u32::MAX {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Those in the window that ends with `current`.
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

/// True where the cell holds another step than this: older by a turn of the ring, or what a clock left that went back.
const fn is_other(new: u32, cell: u64) -> bool {
    step(cell) != new
}

/// The number of this thread.
#[cfg(not(all(test, loom)))]
#[inline]
fn own() -> usize {
    use std::cell::Cell;
    use std::sync::atomic::AtomicUsize;
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    let own = OWN.get();
    if own != usize::MAX {
        return own;
    }
    let own = THREADS.fetch_add(1, Ordering::Relaxed);
    OWN.set(own);
    own
}

/// In a model all threads share one, which is the harder case.
#[cfg(all(test, loom))]
fn own() -> usize {
    0
}

impl fmt::Debug for Stripes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripes").field("stripes", &self.0.len()).finish_non_exhaustive()
    }
}
