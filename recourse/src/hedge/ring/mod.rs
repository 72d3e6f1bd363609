//! The default tracker: a ring of recent latencies that many threads write and read without a lock.
//!
//! `sampler.rs` decides which latencies a full ring keeps, and `search.rs` finds a percentile among them. The percentile that a key
//! hedges by is kept ready, so that a call reads it by one load; it is computed anew only when a sample may have moved it.
//!
//! # Design notes
//!
//! Two threads that end an attempt at the same moment may write one slot, or count one step. Then a sample is lost, or an old one
//! stays for another turn. An estimate bears that; a lock or a retry loop in every call would cost more than the sample is worth.

mod sampler;
mod search;
#[cfg(test)]
mod tests;

use super::latency::{LatencySnapshot, LatencyTracker, MIN_SAMPLES};
use crate::sync::{AtomicU32, AtomicU64, Ordering};
use crate::time::Instant;
use sampler::{Sampler, WINDOW};
use search::search;
use std::time::Duration;

/// Samples between two computations of the ready percentile while the ring fills, since each of them moves the ranks a little.
const REFRESH: u32 = 8;
/// Samples for which a percentile that was searched for stays valid.
const GOOD_FOR: u32 = 16;

/// The last 256 latencies, or those of about the last 16 seconds if that is longer, with one percentile kept ready.
///
/// Latencies are kept in whole microseconds, up to 71 minutes; longer ones count as 71 minutes. Reading the ready percentile is one
/// load.
///
/// **Coverage.** While the ring fills, it takes every sample. Once it is full, it takes a random share of them, adapted to how fast
/// they come, so that at 100,000 calls a second it does not forget everything within milliseconds. A sample that is not taken writes
/// nothing that threads share. A sudden surge writes an eighth of the ring before the share is adapted. [`span`](Self::span) tells
/// how much time the ring covers.
///
/// **Races.** If two threads end a call at the same moment, a sample may be lost, or an old one may stay for another turn. Neither
/// does harm.
///
/// ```
/// use recourse::hedge::{LatencyRing, LatencyTracker};
/// use recourse::time::Instant;
/// use std::time::Duration;
///
/// let (ring, now, ms) = (LatencyRing::new(512, 95), Instant::now(), Duration::from_millis);
/// (1..=49).for_each(|latency| ring.observe(ms(latency), now));
/// assert_eq!(ring.percentile(95), None, "49 samples are too few");
///
/// (50..=99).for_each(|latency| ring.observe(ms(latency), now));
/// assert_eq!((ring.count(), ring.percentile(95)), (99, Some(ms(95))));
/// ```
#[derive(Debug)]
pub struct LatencyRing {
    line: Line,
    /// The last percentiles that were searched for, one below p75 and one from there on; 0 if none. So the median and a second
    /// percentile are not computed for each call that asks for them.
    found: [AtomicU64; 2],
    /// When the current turn began, in nanoseconds; 0 before the first sample.
    turn_began: AtomicU64,
    /// How long the last full turn took, in nanoseconds; 0 before its end.
    turn_took: AtomicU64,
}

/// Everything that calls look at, on one cache line. Once the ring is full, the line is written a few times for each sample that is
/// taken, at most a hundred times a second, and only read in between; so threads do not take it from each other.
///
/// Each value is right by itself and no other memory depends on it, so orderings are relaxed, with one exception: whoever learns that
/// a slot was filled must see what it was filled with, and not a latency of zero. So `next` and `filled` are released after the slot is
/// written; `next` is acquired before the slot behind it is written, and `filled` before slots are read.
#[derive(Debug)]
#[repr(align(64))]
struct Line {
    /// The ready percentile in nanoseconds, plus one; 0 while there is none.
    hot: AtomicU64,
    /// The two samples between which the ready percentile lies, in microseconds, the lower one in the upper half. A sample that
    /// replaces one on the same side of both does not move it.
    bounds: AtomicU64,
    /// Decides which samples are taken once the ring is full.
    sampler: Sampler,
    /// The slot to write next. A thread that was held up may set it back; then older samples stay for longer.
    next: AtomicU32,
    /// The number of slots that were written. It only grows, even if a thread was held up: a warm ring never turns cold.
    filled: AtomicU32,
    slots: Box<[AtomicU32]>,
    percentile: u32,
}

impl LatencyRing {
    /// The number of slots of the default ring. Its p99 is about the third largest sample, found in a tenth of a microsecond.
    pub const DEFAULT_SLOTS: usize = 256;

    /// Creates a ring of 64 to 4096 slots that keeps `percentile` ready. Values outside are clamped. Other percentiles are searched
    /// for when they are asked for, and may be 16 samples old.
    #[must_use]
    pub fn new(slots: usize, percentile: u32) -> Self {
        let slots = slots.clamp(64, 4096);
        let line = Line {
            hot: AtomicU64::new(0),
            bounds: AtomicU64::new(0),
            sampler: Sampler::new(),
            next: AtomicU32::new(0),
            filled: AtomicU32::new(0),
            slots: (0..slots).map(|_| AtomicU32::new(0)).collect(),
            percentile: percentile.min(100),
        };
        let found = [AtomicU64::new(0), AtomicU64::new(0)];
        Self { line, found, turn_began: AtomicU64::new(0), turn_took: AtomicU64::new(0) }
    }

    /// Returns how long the last full turn took, which is about the age of the oldest sample: about 16 s or more, except for the
    /// first turn, in which every sample is taken. `None` until the first turn is over.
    ///
    /// ```
    /// use recourse::hedge::{LatencyRing, LatencyTracker};
    /// use recourse::time::Instant;
    /// use std::time::Duration;
    ///
    /// let (ring, start) = (LatencyRing::default(), Instant::from_nanos(1));
    /// assert_eq!(ring.span(), None);
    /// for second in 0..600 {
    ///     ring.observe(Duration::from_millis(3), start.saturating_add(Duration::from_secs(second)));
    /// }
    /// assert_eq!(ring.span(), Some(Duration::from_secs(256)));
    /// ```
    pub fn span(&self) -> Option<Duration> {
        match self.turn_took.load(Ordering::Relaxed) {
            0 => None,
            took => Some(Duration::from_nanos(took)),
        }
    }

    /// Keeps a sample if the ring is still filling or the sampler takes it.
    #[inline(never)]
    fn offer(&self, latency: Duration, now: u64) {
        let line = &self.line;
        let eighth = u32::try_from(line.slots.len() / 8).unwrap_or(u32::MAX);
        if !line.is_full() || line.sampler.takes(latency, now, eighth) {
            self.keep(micros(latency), now);
        }
    }

    fn keep(&self, latency: u32, now: u64) {
        let line = &self.line;
        // The slot is written before `next` moves on, and `filled` grows last: a reader never sees a slot that counts as filled and
        // holds nothing yet.
        let at = line.next.load(Ordering::Acquire);
        let Some(slot) = line.slots.get(at as usize) else { return };
        let (old, reached) = (slot.load(Ordering::Relaxed), at + 1);
        slot.store(latency, Ordering::Relaxed);
        line.next.store(if reached as usize == line.slots.len() { 0 } else { reached }, Ordering::Release);
        let grows = line.filled.load(Ordering::Relaxed) < reached;
        if grows {
            line.filled.fetch_max(reached, Ordering::Release);
        }
        if at == 0 {
            self.turn(now);
        }
        // In a full ring only a sample that moves the percentile makes it due. Once a turn it is computed anyway, which mends what a
        // race may have spoilt.
        let is_due =
            if grows { reached % REFRESH == 0 || u64::from(reached) == MIN_SAMPLES || line.is_full() } else { at == 0 };
        if is_due || line.is_moved_by(old, latency) {
            line.refresh();
        }
    }

    /// Begins a turn, when the first slot was written.
    #[cold]
    fn turn(&self, now: u64) {
        let (began, last) = (self.turn_began.load(Ordering::Relaxed), self.turn_took.load(Ordering::Relaxed));
        match now.checked_sub(began) {
            Some(took) if began != 0 => {
                // A full turn takes seconds. If it did not, two threads have begun the same turn.
                if !self.line.is_full() || (last != 0 && Duration::from_nanos(took) < WINDOW / 8) {
                    return;
                }
                self.turn_took.store(took.max(1), Ordering::Relaxed);
            }
            // The first sample of all, or a clock that went back.
            _ => {}
        }
        self.turn_began.store(now, Ordering::Relaxed);
        // Percentiles that were found remember the slot at which they were, which means something within one turn only.
        self.found.iter().for_each(|found| found.store(0, Ordering::Relaxed));
    }

    /// Returns a percentile that is not kept ready.
    #[cold]
    fn look_up(&self, percentile: u32) -> Option<Duration> {
        // Packed into one value, so that a reader never mixes two results: percentile, slot, and latency. The latency is in units of
        // 10 ns, because a percentile is always a multiple of that.
        const VALUE: u32 = 40;
        const SLOT: u32 = 13;
        let percentile = percentile.min(100);
        let [low, high] = &self.found;
        let memo = if percentile < 75 { low } else { high };
        let (found, next) = (memo.load(Ordering::Relaxed), self.line.next.load(Ordering::Relaxed));
        let at = u32::try_from((found >> VALUE) & ((1 << SLOT) - 1)).unwrap_or(0);
        if found >> (VALUE + SLOT) == u64::from(percentile) + 1 && (at..at + GOOD_FOR).contains(&next) {
            return Some(Duration::from_nanos((found & ((1 << VALUE) - 1)) * 10));
        }
        let value = search(self.line.held(), percentile)?.nanos();
        let mark = ((u64::from(percentile) + 1) << (VALUE + SLOT)) | (u64::from(next) << VALUE);
        memo.store(mark | (value / 10), Ordering::Relaxed);
        Some(Duration::from_nanos(value))
    }
}

impl Line {
    #[inline]
    fn is_full(&self) -> bool {
        self.filled.load(Ordering::Relaxed) as usize == self.slots.len()
    }

    /// Returns the slots that were written.
    fn held(&self) -> &[AtomicU32] {
        self.slots.get(..self.filled.load(Ordering::Acquire) as usize).unwrap_or_default()
    }

    /// Returns true if the ready percentile may have moved because `new` replaced `old`.
    fn is_moved_by(&self, old: u32, new: u32) -> bool {
        let bounds = self.bounds.load(Ordering::Relaxed);
        let (old, new, lower, upper) = (u64::from(old), u64::from(new), bounds >> 32, bounds & u64::from(u32::MAX));
        let stays = (old < lower && new < lower) || (old > upper && new > upper) || old == new;
        !stays
    }

    /// Computes the ready percentile anew: one pass over the slots, for p99 of 256 samples a tenth of a microsecond.
    #[cold]
    #[inline(never)]
    fn refresh(&self) {
        if let Some(found) = search(self.held(), self.percentile) {
            self.bounds.store((u64::from(found.lower) << 32) | u64::from(found.upper), Ordering::Relaxed);
            self.hot.store(found.nanos() + 1, Ordering::Relaxed);
        }
    }
}

fn micros(latency: Duration) -> u32 {
    let micros = latency.as_secs().saturating_mul(1_000_000).saturating_add(u64::from(latency.subsec_micros()));
    u32::try_from(micros).unwrap_or(u32::MAX)
}

/// 256 slots, with p99 ready.
impl Default for LatencyRing {
    fn default() -> Self {
        Self::new(Self::DEFAULT_SLOTS, 99)
    }
}

impl LatencyTracker for LatencyRing {
    #[inline]
    fn observe(&self, latency: Duration, now: Instant) {
        if !self.line.is_full() || self.line.sampler.may_take(latency, now.as_nanos()) {
            self.offer(latency, now.as_nanos());
        }
    }

    fn count(&self) -> u64 {
        u64::from(self.line.filled.load(Ordering::Relaxed))
    }

    #[inline]
    fn percentile(&self, percentile: u32) -> Option<Duration> {
        if percentile == self.line.percentile {
            return self.line.hot.load(Ordering::Relaxed).checked_sub(1).map(Duration::from_nanos);
        }
        self.look_up(percentile)
    }

    fn snapshot(&self) -> LatencySnapshot {
        let sample = |slot: &AtomicU32| Duration::from_micros(u64::from(slot.load(Ordering::Relaxed)));
        LatencySnapshot::new(self.line.held().iter().map(sample))
    }
}
