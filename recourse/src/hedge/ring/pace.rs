//! Which samples a full ring takes: so many per window at the most, slow and quick calls alike.

use crate::sync::{AtomicU64, Ordering};

/// In the lowest bit of `word`: the next sample is taken.
const ARMED: u64 = 1;

/// Time sampling: one sample per interval, or all where they come more slowly than that.
///
/// It takes the sample *after* the one that finds an interval to be over. Whichever call ends an interval is likely to be a
/// long one (the inspection paradox: a caller who makes one call after another, of 5 ms each and 1 % of 1 s, would seem to have
/// 7 % of those). The call behind it is like any other.
#[derive(Debug)]
pub(super) struct Pace {
    /// When the next sample is due, in even nanoseconds; plus [`ARMED`]. Read for each sample, written for those that are
    /// taken and those before them. Relaxed, since nothing hangs on it; two threads that see one state take a sample too many.
    word: AtomicU64,
    /// In nanoseconds; at most 4 s.
    interval: u32,
}

impl Pace {
    pub(super) const fn new(interval: u32) -> Self {
        Self { word: AtomicU64::new(0), interval }
    }

    /// Whether to take the sample that ends now.
    #[inline]
    pub(super) fn takes(&self, now: u64) -> bool {
        let (word, interval) = (self.word.load(Ordering::Relaxed), u64::from(self.interval));
        let due = word & !ARMED;
        if word & ARMED == 0 {
            // Never due later than one interval after the last `now`, so anything beyond says that the clock went back.
            if now >= due || due - now > 2 * interval {
                self.word.store(due | ARMED, Ordering::Relaxed);
            }
            return false;
        }
        // Keeps to the schedule, and makes up for one interval at the most. Where that is not ahead of the clock, samples come
        // more slowly than they are wanted, and the next one is taken as well.
        let due = due.clamp(now.saturating_sub(interval), now).saturating_add(interval) & !ARMED;
        self.word.store(due | u64::from(now >= due), Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;
    use proptest::prelude::*;

    const START: u64 = 1 << 62;

    #[test]
    fn samples_that_come_slowly_are_all_taken_and_a_crowd_is_thinned() {
        let pace = Pace::new(100);
        let taken = |times: &mut dyn Iterator<Item = u64>| times.filter(|now| pace.takes(START + now)).count();
        assert_eq!(taken(&mut (1..=1_000).map(|n| n * 101)), 999, "only the one that finds the first to be due is not");
        assert!((99..=102).contains(&taken(&mut (101_001..111_001))), "one in a hundred");
    }

    /// F12: a clock that goes back, by little or by ten years, or stands still, does not stop it.
    #[test]
    fn a_clock_that_goes_back_does_not_stop_it() {
        for back in [1, 150, 1_000, 1 << 50, START] {
            let pace = Pace::new(100);
            let before = (0..10_000).filter(|now| pace.takes(START + now)).count();
            let after = (0..10_000).filter(|now| pace.takes(START - back + now)).count();
            assert!((98..=103).contains(&before) && (96..=103).contains(&after), "{back} back: {before}, then {after}");
        }
        let still = Pace::new(100);
        assert_eq!((0..1_000).filter(|_| still.takes(START)).count(), 2);
        assert!(!still.takes(u64::MAX) && still.takes(u64::MAX));
    }

    /// One caller, one call after another, of 5 ms and 1 % of 1 s: as many of the samples are slow.
    #[test]
    fn slow_calls_are_taken_as_often_as_quick_ones() {
        let (pace, mut now) = (Pace::new(39_215_688), START);
        let (mut all, mut slow) = (0u32, 0u32);
        crate::rng::seed(1);
        for _ in 0..4_000_000 {
            let is_slow = crate::rng::up_to(99) == 0;
            now += if is_slow { 1_000_000_000 } else { 5_000_000 };
            if pace.takes(now) {
                all += 1;
                slow += u32::from(is_slow);
            }
        }
        let percent = f64::from(slow) * 100.0 / f64::from(all);
        assert!(all > 400_000 && (0.95..1.05).contains(&percent), "{percent} % of {all} samples are slow");
    }

    proptest! {
        /// Never more than one an interval, and one that was saved up.
        #[test]
        fn the_rate_is_bounded(interval in 1u32..1_000_000, gaps in prop::collection::vec(0u64..3_000_000, 1..400)) {
            let (pace, mut now) = (Pace::new(interval + 2), START);
            let mut taken = Vec::new();
            for gap in gaps {
                now += gap;
                if pace.takes(now) { taken.push(now) }
            }
            for (first, at) in taken.iter().enumerate() {
                for (more, later) in taken[first..].iter().enumerate().skip(2) {
                    prop_assert!(later - at >= (more as u64 - 1) * u64::from(interval));
                }
            }
        }
    }
}
