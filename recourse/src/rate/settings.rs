//! How many calls in which time.

use std::fmt;

/// The part of a nanosecond that intervals are whole numbers of: `1 / TICKS`. So a rate that no number of nanoseconds divides is off by
/// less than four millionths.
pub(super) const TICKS: u64 = 256;

/// The most calls in a second.
const MOST_PER_SECOND: u64 = 1_000_000;
const MOST_BURST: u32 = 1_000_000;
/// The longest time that a burst may have been saved up in: a hundred days.
const LONGEST: u64 = 100 * 86_400 * 1_000_000_000 * TICKS;

/// A number of calls in a second, a minute or an hour, and the size of a burst.
///
/// Values out of bounds are clamped: 1 call an hour to 1,000,000 a second, bursts of 1 to 1,000,000 calls and of at most a hundred days' worth.
/// If no burst is set, it is a tenth of a second's worth, and at least 1.
///
/// ```
/// use recourse::rate::Rate;
///
/// assert_eq!(Rate::per_second(100).to_string(), "100/s, burst 10");
/// assert_eq!(Rate::per_minute(90).burst(5).to_string(), "90/m, burst 5");
/// assert_eq!(Rate::per_hour(0).to_string(), "1/h, burst 1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    calls: u32,
    seconds: u32,
    burst: u32,
}

impl Rate {
    /// Creates a rate of so many calls a second.
    #[must_use]
    pub const fn per_second(calls: u32) -> Self {
        Self::new(calls, 1)
    }

    /// Creates a rate of so many calls a minute.
    #[must_use]
    pub const fn per_minute(calls: u32) -> Self {
        Self::new(calls, 60)
    }

    /// Creates a rate of so many calls an hour.
    #[must_use]
    pub const fn per_hour(calls: u32) -> Self {
        Self::new(calls, 3_600)
    }

    const fn new(calls: u32, seconds: u32) -> Self {
        let most = MOST_PER_SECOND * seconds as u64;
        #[expect(clippy::cast_possible_truncation, reason = "smaller than the number of calls, which fits")]
        let calls = if calls as u64 > most { most as u32 } else { at_least_one(calls) };
        let rate = Self { calls, seconds, burst: 1 };
        rate.burst(calls / seconds / 10)
    }

    /// Sets how many calls may come at once after a quiet time.
    #[must_use]
    pub const fn burst(mut self, calls: u32) -> Self {
        let most = LONGEST / self.interval();
        let most = if most < MOST_BURST as u64 { most } else { MOST_BURST as u64 };
        #[expect(clippy::cast_possible_truncation, reason = "smaller than the largest burst")]
        let most = most as u32;
        self.burst = if calls > most { most } else { at_least_one(calls) };
        self
    }

    /// The time between two calls, in ticks, rounded up so that the rate is never exceeded.
    pub(super) const fn interval(self) -> u64 {
        (self.seconds as u64 * 1_000_000_000 * TICKS).div_ceil(self.calls as u64)
    }

    /// How far ahead of its time a call may come, in ticks.
    pub(super) const fn tolerance(self) -> u64 {
        self.interval() * (self.burst as u64 - 1)
    }
}

const fn at_least_one(calls: u32) -> u32 {
    if calls == 0 { 1 } else { calls }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.seconds {
            1 => "s",
            60 => "m",
            _ => "h",
        };
        write!(f, "{}/{unit}, burst {}", self.calls, self.burst)
    }
}
