//! When to ask again.

use crate::time::nanos;
use crate::{backoff, rng};
use recourse_policy::{Jitter, RetryPolicy};
use std::time::Duration;

/// However long a server says: longer would be a way to get rid of clients for good.
pub(super) const LONGEST: Duration = Duration::from_secs(60 * 60);

/// How often documents are fetched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// The time between two fetches of a document, on average.
    pub(super) interval: Duration,
    /// The time in which the first fetch of a document begins; the interval unless it is set.
    pub(super) first_within: Option<Duration>,
    /// How long a document counts as fresh without being confirmed.
    pub(super) ttl: Option<Duration>,
    /// How long it is believed that there is no document.
    pub(super) negative_ttl: Option<Duration>,
    /// How long a document is used without being confirmed.
    pub(super) max_staleness: Option<Duration>,
    /// The first and the longest delay after failures.
    pub(super) backoff: (Duration, Duration),
    /// How long a fetch may take.
    pub(super) timeout: Duration,
    /// How long a server may hold an answer back.
    pub(super) wait: Option<Duration>,
}

impl Timing {
    /// Draws the delay before the first fetch of a document, so that a fleet that starts at once does not ask at once.
    pub(super) fn first(&self) -> Duration {
        below(self.first_within.unwrap_or(self.interval))
    }

    /// Draws the delay after a good answer: from a half to one and a half of the interval. A server that says how long the document is good
    /// is not asked earlier.
    pub(super) fn after_answer(&self, max_age: Option<Duration>) -> Duration {
        match max_age.map(|age| self.bounded(age)) {
            Some(age) if age > self.interval => rng::later(age, age),
            _ => around(self.interval),
        }
    }

    /// Draws the delay after the answer that there is no document.
    pub(super) fn after_missing(&self) -> Duration {
        around(self.negative_ttl.unwrap_or(self.interval))
    }

    /// Draws the delay after some failures in a row: it doubles up to the longest, and is at least half of that.
    pub(super) fn after_failures(&self, failures: u32) -> Duration {
        let policy = RetryPolicy::attempts(2).exponential(self.backoff.0, self.backoff.1).jitter(Jitter::Equal);
        backoff::delay(&policy, failures, Duration::ZERO)
    }

    /// Draws the delay after a server has said when to come back.
    pub(super) fn after_pushback(&self, told: Duration) -> Duration {
        let told = self.bounded(told);
        rng::later(told, told)
    }

    /// Returns how long a document counts as fresh that is fetched again after `delay`.
    pub(super) fn fresh_for(&self, delay: Duration) -> Duration {
        self.ttl.unwrap_or(self.interval.saturating_mul(3)).max(delay.saturating_mul(2))
    }

    /// Returns what a server says within its bounds: no shorter than the interval, no longer than an hour.
    fn bounded(&self, told: Duration) -> Duration {
        told.max(self.interval).min(LONGEST.max(self.interval))
    }
}

/// Draws a duration below `limit`.
pub(super) fn below(limit: Duration) -> Duration {
    Duration::from_nanos(rng::up_to(nanos(limit)))
}

/// Draws a duration from a half to one and a half of `mean`.
pub(super) fn around(mean: Duration) -> Duration {
    mean / 2 + below(mean)
}
