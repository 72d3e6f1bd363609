//! The search for a percentile in the slots of a ring, while other threads write them.
//!
//! High percentiles are near the top, so most searches are one pass that keeps the largest few samples. Others select in a copy.

use crate::hedge::latency::MIN_SAMPLES;
use crate::hedge::rank::Rank;
use crate::sync::{AtomicU32, Ordering};

/// The largest number of samples that one pass keeps: enough for p99 of every ring, and p95 of up to 900 slots.
const TOP: usize = 48;
/// The largest number of slots that are copied onto the stack: 1 KiB. More go to the heap, since a search runs inside a poll.
const ON_STACK: usize = 256;

/// The samples, in microseconds, between which a percentile lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) lower: u32,
    pub(super) upper: u32,
    hundredths: u32,
}

impl Found {
    /// Returns the percentile in nanoseconds: a multiple of 10, below 2^42.
    pub(super) fn nanos(self) -> u64 {
        let (lower, upper) = (u64::from(self.lower), u64::from(self.upper));
        lower * 1_000 + upper.saturating_sub(lower) * u64::from(self.hundredths) * 10
    }
}

/// Searches for a percentile. `None` while there are too few samples.
///
/// A sample that is written meanwhile may be seen or not; every sample that is seen was written.
pub(super) fn search(slots: &[AtomicU32], percentile: u32) -> Option<Found> {
    let count = slots.len();
    if (count as u64) < MIN_SAMPLES {
        return None;
    }
    let rank = Rank::of(percentile, count);
    let from_top = count + 1 - rank.lower;
    let (lower, upper) = if from_top <= TOP {
        from_the_top(slots, from_top)?
    } else if count <= ON_STACK {
        let mut copy = [0; ON_STACK];
        copy.iter_mut().zip(slots).for_each(|(copy, slot)| *copy = slot.load(Ordering::Relaxed));
        select(copy.get_mut(..count)?, rank)?
    } else {
        let mut copy: Vec<u32> = slots.iter().map(|slot| slot.load(Ordering::Relaxed)).collect();
        select(&mut copy, rank)?
    };
    Some(Found { lower, upper, hundredths: rank.hundredths })
}

/// Returns the `place`-th largest sample and the next larger one, if there is one. Compares most samples with one other.
fn from_the_top(slots: &[AtomicU32], place: usize) -> Option<(u32, u32)> {
    let mut top = [0; TOP];
    let top = top.get_mut(..place)?;
    let mut least = 0;
    for slot in slots {
        let mut sample = slot.load(Ordering::Relaxed);
        if sample <= least {
            continue;
        }
        // Insertion into a sorted list: the sample takes its place, and pushes the smaller ones down by one.
        for higher in top.iter_mut() {
            if sample > *higher {
                std::mem::swap(&mut sample, higher);
            }
        }
        least = *top.last()?;
    }
    Some((least, *top.get(place.saturating_sub(2))?))
}

/// Returns the samples between which `rank` lies. Reorders the samples.
fn select(samples: &mut [u32], rank: Rank) -> Option<(u32, u32)> {
    let (below, upper, _) = samples.select_nth_unstable(rank.upper.checked_sub(1)?);
    let lower = if rank.lower == rank.upper { Some(*upper) } else { below.iter().copied().max() };
    Some((lower?, *upper))
}
