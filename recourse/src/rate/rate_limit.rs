//! The generic cell rate algorithm in one word.
//!
//! # Design notes
//!
//! - The word is the *theoretical arrival time*: when the next call would be due if all calls came evenly. A call that comes earlier than
//!   that by more than the tolerance is refused, every other one moves the word on by one interval. Calls that are refused change nothing.
//! - Moments are counted in 1/256 of a nanosecond, modulo 2^64. Only distances are compared, which have room for more than a year.
//! - The interval and the tolerance stand beside the word. They change seldom; a call that comes in between is counted once, at the old
//!   interval or at the new one.

use super::settings::{Rate, TICKS};
use crate::sync::{AtomicU64, Ordering};
use crate::time::{Instant, nanos};
use std::fmt;
use std::time::Duration;

/// In place of a moment: no call was allowed yet.
const UNUSED: u64 = 0;
/// How far the clocks of two threads may be apart and still be the same clock, in ticks: a second.
const SAME_CLOCK: u64 = 1_000_000_000 * TICKS;
/// The longest time that what was used may be spread over when the rate becomes smaller: a hundred days.
const LONGEST: u64 = 100 * 86_400 * 1_000_000_000 * TICKS;

/// A limit on how many calls are made in a time, shared by all who make them. Not blocking, and without a lock.
///
/// The constructor is const, so that functions can share a limit in a static. The [module](crate::rate) has an example.
#[derive(Debug)]
pub struct RateLimit {
    /// When the next call is due, in ticks; [`UNUSED`] at first.
    due: AtomicU64,
    interval: AtomicU64,
    tolerance: AtomicU64,
    /// How far ahead `due` can be by calls alone. What is further ahead was counted on another clock.
    furthest: AtomicU64,
}

/// A call was refused because it came too early.
///
/// ```
/// use recourse::rate::{Rate, RateLimit};
/// use recourse::time::Instant;
///
/// let limit = RateLimit::new(Rate::per_minute(60));
/// let now = Instant::now();
/// limit.take(now).unwrap();
/// assert_eq!(limit.take(now).unwrap_err().to_string(), "the rate allows the next call in 1s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimited {
    /// When the next call is allowed, exactly: at the nanosecond after this time, unless others come first.
    pub retry_after: Duration,
}

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rate allows the next call in {:?}", self.retry_after)
    }
}

impl std::error::Error for RateLimited {}

const fn ticks(now: Instant) -> u64 {
    now.as_nanos().wrapping_mul(TICKS)
}

const fn duration(ticks: u64) -> Duration {
    Duration::from_nanos(ticks.div_ceil(TICKS))
}

impl RateLimit {
    /// Creates a limit that allows a whole burst at first.
    #[must_use]
    pub const fn new(rate: Rate) -> Self {
        Self {
            due: AtomicU64::new(UNUSED),
            interval: AtomicU64::new(rate.interval()),
            tolerance: AtomicU64::new(rate.tolerance()),
            furthest: AtomicU64::new(rate.tolerance() + rate.interval()),
        }
    }

    /// Takes one call, if the rate allows it at `now`.
    #[inline]
    pub fn take(&self, now: Instant) -> Result<(), RateLimited> {
        self.take_within(0, now).map(|_| ())
    }

    /// Takes one call that may be made later: returns for how long it is to be put off, at most `longest`. Calls are put off in the order
    /// in which they ask. A call that is not made after all is to be [given back](Self::give_back).
    ///
    /// ```
    /// use recourse::rate::{Rate, RateLimit};
    /// use recourse::time::Instant;
    /// use std::time::Duration;
    ///
    /// let limit = RateLimit::new(Rate::per_second(10));
    /// let (now, second) = (Instant::now(), Duration::from_secs(1));
    /// assert_eq!(limit.reserve(second, now), Ok(Duration::ZERO));
    /// assert_eq!(limit.reserve(second, now), Ok(Duration::from_millis(100)));
    /// assert_eq!(limit.reserve(second, now), Ok(Duration::from_millis(200)));
    /// assert!(limit.reserve(Duration::from_millis(200), now).is_err());
    /// ```
    pub fn reserve(&self, longest: Duration, now: Instant) -> Result<Duration, RateLimited> {
        self.reserve_last(longest, now).map(|(wait, _)| wait)
    }

    /// Does what [`reserve`](Self::reserve) does. Returns the end of the line as well, which [`give_back_last`](Self::give_back_last) takes.
    pub(crate) fn reserve_last(&self, longest: Duration, now: Instant) -> Result<(Duration, u64), RateLimited> {
        let longest = nanos(longest).saturating_mul(TICKS).min(LONGEST);
        let furthest = self.tolerance.load(Ordering::Relaxed) + self.interval.load(Ordering::Relaxed) + longest;
        // Before the call is taken, or it might be taken for one of another clock.
        self.furthest.fetch_max(furthest, Ordering::Relaxed);
        self.take_within(longest, now)
    }

    #[inline]
    fn take_within(&self, longest: u64, now: Instant) -> Result<(Duration, u64), RateLimited> {
        let (interval, tolerance) = (self.interval.load(Ordering::Relaxed), self.tolerance.load(Ordering::Relaxed));
        let now = ticks(now);
        let mut due = self.due.load(Ordering::Relaxed);
        loop {
            let ahead = self.ahead(due, now);
            let early = ahead.saturating_sub(tolerance);
            if early > longest {
                return Err(RateLimited { retry_after: duration(early) });
            }
            let next = moment(now.wrapping_add(ahead).wrapping_add(interval));
            match self.due.compare_exchange_weak(due, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok((duration(early), next)),
                Err(other) => due = other,
            }
        }
    }

    /// How far ahead of `now` the next call is due, in ticks.
    #[inline]
    fn ahead(&self, due: u64, now: u64) -> u64 {
        let ahead = due.wrapping_sub(now);
        // The upper half of the distances lies in the past.
        if due == UNUSED || ahead > u64::MAX / 2 {
            return 0;
        }
        let furthest = self.furthest.load(Ordering::Relaxed);
        if ahead > furthest.saturating_add(SAME_CLOCK) {
            // Another clock: what was used on it counts as a whole burst, and nobody waits for the old time to come.
            return self.tolerance.load(Ordering::Relaxed) + self.interval.load(Ordering::Relaxed);
        }
        ahead
    }

    /// Gives the call back that was taken last, and not made.
    ///
    /// ```
    /// use recourse::rate::{Rate, RateLimit};
    /// use recourse::time::Instant;
    ///
    /// let (limit, now) = (RateLimit::new(Rate::per_second(10)), Instant::now());
    /// limit.take(now).unwrap();
    /// assert!(limit.take(now).is_err());
    /// limit.give_back();
    /// assert!(limit.take(now).is_ok());
    /// ```
    pub fn give_back(&self) {
        self.due.fetch_sub(self.interval.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Gives a call back that was taken and not made, if it is still the last one in line: those behind it have moments of their own, and the last of
    /// these would be given out twice.
    pub(crate) fn give_back_last(&self, end: u64) {
        let before = moment(end.wrapping_sub(self.interval.load(Ordering::Relaxed)));
        let _ = self.due.compare_exchange(end, before, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Returns how many calls are allowed at `now`. For people and gauges.
    pub fn available(&self, now: Instant) -> u32 {
        let (interval, tolerance) = (self.interval.load(Ordering::Relaxed), self.tolerance.load(Ordering::Relaxed));
        let ahead = self.ahead(self.due.load(Ordering::Relaxed), ticks(now));
        u32::try_from((tolerance + interval).saturating_sub(ahead) / interval).unwrap_or(u32::MAX)
    }

    /// Returns when the next call is allowed, seen from `now`: zero if one is allowed. For people, since somebody else may come first.
    ///
    /// ```
    /// use recourse::rate::{Rate, RateLimit};
    /// use recourse::time::Instant;
    /// use std::time::Duration;
    ///
    /// let (limit, now) = (RateLimit::new(Rate::per_second(10)), Instant::now());
    /// assert_eq!(limit.retry_after(now), Duration::ZERO);
    /// limit.take(now).unwrap();
    /// assert_eq!(limit.retry_after(now), Duration::from_millis(100));
    /// ```
    pub fn retry_after(&self, now: Instant) -> Duration {
        let ahead = self.ahead(self.due.load(Ordering::Relaxed), ticks(now));
        duration(ahead.saturating_sub(self.tolerance.load(Ordering::Relaxed)))
    }

    /// Takes over another rate. What was used stays used: calls count, and not the time that they cost. Not to be called by two threads at once;
    /// calls may be taken meanwhile.
    ///
    /// ```
    /// use recourse::rate::{Rate, RateLimit};
    /// use recourse::time::Instant;
    ///
    /// let limit = RateLimit::new(Rate::per_second(100).burst(20));
    /// let now = Instant::now();
    /// (0..15).for_each(|_| limit.take(now).unwrap());
    ///
    /// limit.set_rate(Rate::per_second(10).burst(20), now);
    /// assert_eq!(limit.available(now), 5);
    /// limit.set_rate(Rate::per_second(10).burst(10), now);
    /// assert_eq!(limit.available(now), 0, "15 were used, and 10 are allowed");
    /// ```
    pub fn set_rate(&self, rate: Rate, now: Instant) {
        let old = u128::from(self.interval.load(Ordering::Relaxed).max(1));
        let new = u128::from(rate.interval());
        let now = ticks(now);
        let scaled = |due: u64| {
            let ahead = u128::from(self.ahead(due, now)) * new / old;
            let ahead = u64::try_from(ahead).unwrap_or(LONGEST).min(LONGEST);
            self.furthest.fetch_max(ahead, Ordering::Relaxed);
            (ahead > 0).then(|| moment(now.wrapping_add(ahead)))
        };
        let furthest = rate.tolerance() + rate.interval();
        self.furthest.fetch_max(furthest, Ordering::Relaxed);
        let _ = self.due.fetch_update(Ordering::Relaxed, Ordering::Relaxed, scaled);
        self.interval.store(rate.interval(), Ordering::Relaxed);
        self.tolerance.store(rate.tolerance(), Ordering::Relaxed);
    }
}

/// A moment that is not taken for [`UNUSED`].
const fn moment(ticks: u64) -> u64 {
    if ticks == UNUSED { 1 } else { ticks }
}
