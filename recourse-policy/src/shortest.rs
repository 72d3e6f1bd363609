//! The shortest delays of a retry section, whatever its jitter draws: what at least lies between the attempts of a call.

use crate::{Delay, Jitter, RetryPolicy, limits};
use std::time::Duration;

impl RetryPolicy {
    /// Returns the least that the delays before the last attempt can add up to, whatever the jitter draws. Without a last attempt it is
    /// the delay before the second.
    pub(crate) const fn least_delays(&self) -> Duration {
        self.least_delays_of(match self.max_attempts {
            Some(attempts) => attempts,
            None => 2,
        })
    }

    /// Returns the least that the delays between this many attempts can add up to.
    pub(crate) const fn least_delays_of(&self, attempts: u32) -> Duration {
        let initial = self.delay.before_retry(1);
        let (mut sum, mut retry) = (Duration::ZERO, 1);
        while retry < attempts && retry < limits::MAX_ATTEMPTS {
            let least = match self.jitter {
                Jitter::None => self.delay.before_retry(retry),
                Jitter::Full => Duration::ZERO,
                Jitter::Equal => from_nanos(self.delay.before_retry(retry).as_nanos() / 2),
                Jitter::Decorrelated => initial,
            };
            sum = sum.saturating_add(least);
            retry += 1;
        }
        sum
    }
}

/// Returns true if a time does not end before a limit.
pub(crate) const fn not_below(time: Duration, limit: Duration) -> bool {
    time.as_nanos() >= limit.as_nanos()
}

impl Delay {
    /// Returns the delay before a retry (the first is 1), without jitter.
    const fn before_retry(self, retry: u32) -> Duration {
        let (grown, max) = match self {
            Self::None => return Duration::ZERO,
            Self::Fixed(delay) => return delay,
            Self::Linear { initial, max } => (initial.as_nanos().saturating_mul(retry as u128), max),
            Self::Exponential { initial, max, factor } => {
                let (mut grown, mut step) = (initial.as_nanos(), 1);
                // Beyond the longest delay there is nothing to compute.
                while step < retry && grown < max.as_nanos() {
                    grown = grown.saturating_mul(factor.thousandths() as u128) / 1_000;
                    step += 1;
                }
                (grown, max)
            }
        };
        if grown < max.as_nanos() { from_nanos(grown) } else { max }
    }
}

/// Returns a number of nanoseconds that is no more than those of some duration, as a duration.
#[expect(clippy::cast_possible_truncation, reason = "the seconds of a duration fit 64 bits, and a remainder 32")]
const fn from_nanos(nanos: u128) -> Duration {
    Duration::new((nanos / 1_000_000_000) as u64, (nanos % 1_000_000_000) as u32)
}
