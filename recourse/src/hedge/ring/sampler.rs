//! The sampler of a full ring: it takes a random share of the samples, so that the ring covers a window of time and not merely the
//! last few milliseconds of a busy service.
//!
//! # Design notes
//!
//! Each sample is taken or left by a draw of its own, because nothing else is fair. One sample per interval of time would favour
//! long calls: the fewer callers there are, the more a stuck one slows the completions, and the likelier the next interval ends with
//! its sample (the inspection paradox; with two callers a p99 taken so is exceeded by 0.5 % of calls instead of 1 %). One in every n
//! falls in step with callers that send n at once. The draw is a hash of the sample itself, so that nothing is written for a sample
//! that is not taken.

use crate::sync::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// What a full ring covers approximately, however many calls there are, and never less than half of it unless there is a surge.
pub(super) const WINDOW: Duration = Duration::from_secs(16);
/// The share that means "all".
const ALL: u32 = u32::MAX;
/// The least share: a sixteen-millionth, which is right for 100 million samples a second. A clock that stood still looks like even
/// more, and must not leave a share that takes minutes to grow again.
const LEAST: u32 = 1 << 8;
/// The time in which an eighth of the ring should fill, in nanoseconds.
const EIGHTH: u64 = WINDOW.as_secs() * 1_000_000_000 / 8;

/// Takes a random share of the samples, and adapts the share to how fast they come.
///
/// The values are relaxed, since nothing depends on them: two threads that write at once leave the share a little off until the next
/// eighth of the ring is full.
#[derive(Debug)]
pub(super) struct Sampler {
    /// When the current eighth began, in nanoseconds. The thread that moves it adapts the share.
    began: AtomicU64,
    /// The number of samples taken out of 2^32.
    share: AtomicU32,
    /// Samples taken in the current eighth.
    taken: AtomicU32,
}

impl Sampler {
    pub(super) const fn new() -> Self {
        Self { began: AtomicU64::new(0), share: AtomicU32::new(ALL), taken: AtomicU32::new(0) }
    }

    /// Returns true if the sample that ends now has to be looked at; [`takes`](Self::takes) decides. Only reads.
    #[inline]
    pub(super) fn may_take(&self, latency: Duration, now: u64) -> bool {
        // A time far too long may come from a clock that went back. `takes` has to see it and adapt the share, or the share would stay
        // as it is for as long as the clock is behind.
        hash_draw(latency, now) <= self.share.load(Ordering::Relaxed)
            || now.wrapping_sub(self.began.load(Ordering::Relaxed)) > 2 * EIGHTH
    }

    /// Returns true if the sample that ends now is taken, and counts it. `eighth` is the size of an eighth of the ring.
    pub(super) fn takes(&self, latency: Duration, now: u64, eighth: u32) -> bool {
        let (began, share) = (self.began.load(Ordering::Relaxed), self.share.load(Ordering::Relaxed));
        let is_taken = hash_draw(latency, now) <= share;
        let taken = self.taken.load(Ordering::Relaxed) + u32::from(is_taken);
        self.taken.store(taken, Ordering::Relaxed);
        if taken >= eighth || now.wrapping_sub(began) > 2 * EIGHTH {
            self.adapt(began, now, eighth);
        }
        is_taken
    }

    /// Sets the share to what would have been right for the eighth that is over.
    #[cold]
    #[inline(never)]
    fn adapt(&self, began: u64, now: u64, eighth: u32) {
        // Several threads may notice the end of an eighth. The one that moves its beginning adapts the share, once.
        if self.began.compare_exchange(began, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let taken = self.taken.swap(0, Ordering::Relaxed).max(1);
        let Some(took) = now.checked_sub(began) else { return };
        let share = u128::from(self.share.load(Ordering::Relaxed)) * u128::from(took) * u128::from(eighth)
            / (u128::from(taken) * u128::from(EIGHTH));
        self.share.store(u32::try_from(share).unwrap_or(ALL).max(LEAST), Ordering::Relaxed);
    }
}

/// Draws one of 2^32 numbers for a sample. The mixer is that of `SplitMix64` (Steele, Lea and Flood, 2014), whose upper half is used.
#[inline]
fn hash_draw(latency: Duration, now: u64) -> u32 {
    let seed = now ^ (u64::from(latency.subsec_nanos()) << 32);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from(mixed >> 32).unwrap_or(ALL)
}

#[cfg(test)]
mod tests {
    use super::{EIGHTH, Sampler};
    use std::time::Duration;

    const START: u64 = 1 << 62;
    const SECOND: u64 = 1_000_000_000;
    /// In a second, at an eighth of 32.
    const RATE: u64 = 32 * SECOND / EIGHTH;

    fn takes(sampler: &Sampler, now: u64, latency: u64) -> bool {
        let latency = Duration::from_micros(latency % 10_000);
        sampler.may_take(latency, now) && sampler.takes(latency, now, 32)
    }

    /// Counts the samples taken in a number of seconds at a rate.
    fn taken(sampler: &Sampler, from: u64, seconds: u64, rate: u64) -> u64 {
        (0..seconds * rate).filter(|n| takes(sampler, from + n * SECOND / rate, *n)).count() as u64
    }

    #[test]
    fn a_quiet_service_loses_nothing_and_a_busy_one_is_thinned() {
        let sampler = Sampler::new();
        assert_eq!(taken(&sampler, START, 100, RATE / 2), 100 * (RATE / 2));
        let busy = taken(&sampler, START + 100 * SECOND, 100, 50_000);
        assert!((90 * RATE..110 * RATE).contains(&busy), "{busy}, of {} that were wanted", 100 * RATE);
        taken(&sampler, START + 200 * SECOND, 20, 1);
        assert_eq!(taken(&sampler, START + 220 * SECOND, 100, 1), 100, "20 s later it is quiet again");
    }

    /// A surge a million times the rate before it takes an eighth of the ring, and hardly more.
    #[test]
    fn a_surge_is_noticed_within_an_eighth() {
        let sampler = Sampler::new();
        taken(&sampler, START, 100, 1);
        let surge = taken(&sampler, START + 100 * SECOND, 1, 1_000_000);
        assert!((32..32 + 3 * RATE).contains(&surge), "{surge}");
    }

    /// hedge-14: a clock that goes back, by little or by a century, or stands still, does not stop it.
    #[test]
    fn a_clock_that_goes_back_does_not_stop_it() {
        for back in [1, SECOND, 100 * SECOND, START - 1] {
            let sampler = Sampler::new();
            taken(&sampler, START, 100, 1_000);
            let after = taken(&sampler, START - back, 100, 1_000);
            assert!((80 * RATE..120 * RATE).contains(&after), "{after} after going back {back}");
        }
        let still = Sampler::new();
        assert!((32..64).contains(&(0..100_000).filter(|n| takes(&still, START, *n)).count()));
        assert!(taken(&still, START, 100, 1_000) > 75 * RATE, "16 s later the share is right again");
        takes(&still, u64::MAX, 0);
    }
}
