//! Randomness for jitter: one small generator per thread, which tests can seed.
//!
//! The generator is `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014). It spreads
//! delays, and is not for secrets.

use crate::time::nanos;
use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

thread_local! {
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Draws a number from 0 to `max`, both included.
pub(crate) fn up_to(max: u64) -> u64 {
    // The upper half of the product, which needs no division and has no bias worth the name.
    let wide = u128::from(next()) * (u128::from(max) + 1);
    u64::try_from(wide >> 64).unwrap_or(max)
}

/// The shortest time over which clients are spread that were told one moment: fifty ticks of a timer.
const LEAST_SPREAD: Duration = Duration::from_millis(50);

/// Returns a time that is never shorter than `told`, which many may have been told at once: longer by up to a tenth, or by up to 50 ms if
/// that is more; and by no more than `most`.
pub(crate) fn later(told: Duration, most: Duration) -> Duration {
    let spread = (told / 10).max(LEAST_SPREAD).min(most);
    told.saturating_add(Duration::from_nanos(up_to(nanos(spread))))
}

/// Replaces the state of this thread's generator: by a seed, so that what it draws from now on is the same in every run, or by nothing, so that it
/// seeds itself.
#[cfg(any(test, feature = "test-util"))]
pub(crate) fn replace(state: Option<u64>) -> Option<u64> {
    STATE.replace(state)
}

fn next() -> u64 {
    // A thread that was not seeded takes its seed from the standard library's random hash keys.
    let state = STATE.get().unwrap_or_else(|| RandomState::new().hash_one(0)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    STATE.set(Some(state));
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{replace, up_to};

    #[test]
    fn a_seed_fixes_the_draws_and_they_spread_over_the_whole_range() {
        replace(Some(7));
        let first: Vec<u64> = (0..1_000).map(|_| up_to(9)).collect();
        replace(Some(7));
        let again: Vec<u64> = (0..1_000).map(|_| up_to(9)).collect();
        assert_eq!(first, again);
        for value in 0..=9 {
            let count = first.iter().filter(|drawn| **drawn == value).count();
            assert!((60..=140).contains(&count), "{value} was drawn {count} times of 1000");
        }
    }

    #[test]
    fn the_ends_of_the_range_are_drawn_and_nothing_beyond() {
        assert_eq!(up_to(0), 0);
        assert!((0..1_000).all(|_| up_to(1) <= 1));
        let _ = up_to(u64::MAX);
    }
}
