//! The number of calls that run, and whether others wait, in one word.
//!
//! # Design notes
//!
//! - While nobody waits, a slot is taken by one exchange and given back by one subtraction.
//! - The flag is the highest bit, so that a word with it is never below a limit: one comparison finds a free slot *and* sends those who come
//!   while others wait to the queue. Otherwise a newcomer could take the slot that was given back for a waiter.
//! - The flag changes under the lock of the queue only. Whoever sets it learns in the same step how many run: each slot that comes back
//!   later finds the flag, and hands the slot over.

use crate::sync::modelled::{AtomicU64, Ordering};

/// Somebody waits.
const WAITED_FOR: u64 = 1 << 63;

#[derive(Debug)]
pub(super) struct Running(AtomicU64);

/// What one look at the word told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) running: u32,
    pub(super) waited_for: bool,
}

const fn seen(word: u64) -> Seen {
    #[expect(clippy::cast_possible_truncation, reason = "no limit is above 2^32")]
    Seen { running: (word & !WAITED_FOR) as u32, waited_for: word & WAITED_FOR != 0 }
}

impl Running {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(super) fn look(&self) -> Seen {
        seen(self.0.load(Ordering::Acquire))
    }

    /// Takes a slot if fewer than `ceiling` run and nobody waits. Returns how many run then.
    #[inline]
    pub(super) fn take(&self, ceiling: u32) -> Result<u32, Seen> {
        let mut word = self.0.load(Ordering::Relaxed);
        while word < u64::from(ceiling) {
            match self.0.compare_exchange_weak(word, word + 1, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Ok(seen(word + 1).running),
                Err(now) => word = now,
            }
        }
        Err(seen(word))
    }

    /// Takes a slot if fewer than `ceiling` run, whether or not somebody waits. To be called under the lock of the queue.
    pub(super) fn take_for_waiter(&self, ceiling: u32) -> Option<u32> {
        let mut word = self.0.load(Ordering::Acquire);
        while seen(word).running < ceiling {
            match self.0.compare_exchange_weak(word, word + 1, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(seen(word + 1).running),
                Err(now) => word = now,
            }
        }
        None
    }

    /// Gives a slot back. Returns true if somebody waits for it.
    #[inline]
    pub(super) fn give_back(&self) -> bool {
        seen(self.0.fetch_sub(1, Ordering::AcqRel)).waited_for
    }

    /// Says that somebody waits. Under the lock of the queue.
    pub(super) fn wait(&self) {
        self.0.fetch_or(WAITED_FOR, Ordering::AcqRel);
    }

    /// Says that nobody waits any more. Under the lock of the queue.
    pub(super) fn nobody_waits(&self) {
        self.0.fetch_and(!WAITED_FOR, Ordering::AcqRel);
    }
}
