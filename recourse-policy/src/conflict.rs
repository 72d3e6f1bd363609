//! Conflicts: settings that are allowed one by one, and make a part of the policy impossible together.
//!
//! Each conflict is found by one `const` function, so that [`Policy::validated`] finds in a constant what [`Policy::conflicts`] finds at
//! run time. Only the messages differ, because a constant cannot format values.

use crate::{CircuitPolicy, Delay, DurationText, HedgePolicy, HedgeWhen, Jitter, Policy, RetryPolicy, limits};
use std::{fmt, time::Duration};

/// Two settings of one policy that make a part of it impossible.
///
/// A conflict changes nothing in the policy. In an attribute it is an error; elsewhere it should be reported.
///
/// ```
/// use recourse_policy::Policy;
/// use std::time::Duration;
///
/// let policy = Policy::new().timeout(Duration::from_secs(2)).attempt_timeout(Duration::from_secs(3));
/// let conflicts = policy.conflicts();
/// assert_eq!(conflicts[0].keys, ("attempt_timeout", "timeout"));
/// assert_eq!(
///     conflicts[0].to_string(),
///     "attempt_timeout: 3s is not below the timeout of 2s: it could never end an attempt; \
///      write a shorter `attempt_timeout` or a longer `timeout`, or leave `attempt_timeout` out"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The two settings, the one to change first.
    pub keys: (&'static str, &'static str),
    /// A sentence that says what is wrong, why, and what to write instead.
    pub message: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A timeout with its names, for a message.
#[derive(Clone, Copy)]
struct Limit {
    key: &'static str,
    words: &'static str,
    time: Duration,
}

impl Policy {
    /// Returns what can never happen under this policy, though each of its values is allowed:
    ///
    /// - an `attempt_timeout` that is not below `timeout`: it could never end an attempt;
    /// - a hedge delay, or the threshold of a slow call, that is not below the shorter of the two;
    /// - delays between attempts that even at their least do not fit in `timeout`.
    ///
    /// A call whose time is over before it begins ([`Self::is_expired`]) contradicts nothing: no part of its policy is asked for.
    #[must_use = "conflicts change nothing by themselves; report them"]
    pub fn conflicts(&self) -> Vec<Conflict> {
        if self.is_expired() {
            return Vec::new();
        }
        let call = self.timeout.map(|time| Limit { key: "timeout", words: "timeout", time });
        let attempt = self.attempt_timeout.map(|time| Limit { key: "attempt_timeout", words: "attempt timeout", time });
        // A hedge and a slow call have to fit in an attempt, which the shorter of the two timeouts ends.
        let shorter = match (attempt, call) {
            (Some(attempt), Some(call)) => Some(if call.time < attempt.time { call } else { attempt }),
            (attempt, call) => attempt.or(call),
        };
        let checks = [
            attempt.zip(call).and_then(|(attempt, call)| attempt_conflict(attempt.time, call.time)),
            self.hedge.zip(shorter).and_then(|(hedge, limit)| hedge_conflict(&hedge, limit)),
            self.retry.zip(call).and_then(|(retry, call)| retry_conflict(&retry, call.time)),
            self.circuit.zip(shorter).and_then(|(circuit, limit)| slow_conflict(&circuit, limit)),
        ];
        checks.into_iter().flatten().collect()
    }

    /// Returns the first of [`Self::conflicts`], with a message that a constant can hold.
    pub(crate) const fn conflict(&self) -> Option<&'static str> {
        if self.is_expired() {
            return None;
        }
        let shorter = match (self.attempt_timeout, self.timeout) {
            (Some(attempt), Some(call)) if not_below(attempt, call) => {
                return Some(
                    "attempt_timeout is not below timeout: it could never end an attempt; write a shorter `attempt_timeout` or \
                     a longer `timeout`, or leave `attempt_timeout` out",
                );
            }
            (Some(limit), _) | (None, Some(limit)) => limit,
            (None, None) => return None,
        };
        match self.hedge {
            Some(hedge) if hedge.cannot_start(shorter) => {
                return Some(
                    "the hedge delay is not below attempt_timeout and timeout: no hedge could ever start; write a shorter hedge \
                     delay or longer timeouts",
                );
            }
            _ => {}
        }
        match (self.retry, self.timeout) {
            (Some(retry), Some(call)) if retry.cannot_fit(call) => {
                return Some(
                    "retry: the delays do not fit in timeout: the last attempt could never start; write fewer attempts, shorter \
                     delays or a longer timeout",
                );
            }
            _ => {}
        }
        match self.circuit {
            Some(circuit) if circuit.cannot_be_slow(shorter) => Some(
                "circuit: slow is not below attempt_timeout and timeout: a call that slow has timed out; write a shorter `slow` or \
                 longer timeouts",
            ),
            _ => None,
        }
    }
}

const fn not_below(time: Duration, limit: Duration) -> bool {
    time.as_nanos() >= limit.as_nanos()
}

impl HedgePolicy {
    const fn cannot_start(&self, limit: Duration) -> bool {
        match self.when {
            HedgeWhen::After(delay) | HedgeWhen::Percentile { or: Some(delay), .. } => {
                self.hedges() && not_below(delay, limit)
            }
            HedgeWhen::Never | HedgeWhen::Percentile { or: None, .. } => false,
        }
    }
}

impl CircuitPolicy {
    const fn cannot_be_slow(&self, limit: Duration) -> bool {
        match self.slow {
            Some(slow) => self.trips() && not_below(slow, limit),
            None => false,
        }
    }
}

fn attempt_conflict(attempt: Duration, call: Duration) -> Option<Conflict> {
    not_below(attempt, call).then(|| Conflict {
        keys: ("attempt_timeout", "timeout"),
        message: format!(
            "attempt_timeout: {} is not below the timeout of {}: it could never end an attempt; write a shorter \
             `attempt_timeout` or a longer `timeout`, or leave `attempt_timeout` out",
            DurationText(attempt),
            DurationText(call)
        ),
    })
}

fn hedge_conflict(hedge: &HedgePolicy, limit: Limit) -> Option<Conflict> {
    let delay = match hedge.when {
        HedgeWhen::After(delay) | HedgeWhen::Percentile { or: Some(delay), .. } => delay,
        HedgeWhen::Never | HedgeWhen::Percentile { or: None, .. } => return None,
    };
    hedge.cannot_start(limit.time).then(|| Conflict {
        keys: ("hedge", limit.key),
        message: format!(
            "hedge: {} is not below the {} of {}: no hedge could ever start; write a shorter hedge delay or a longer `{}`",
            DurationText(delay),
            limit.words,
            DurationText(limit.time),
            limit.key
        ),
    })
}

fn retry_conflict(retry: &RetryPolicy, timeout: Duration) -> Option<Conflict> {
    let least = retry.least_delays();
    retry.cannot_fit(timeout).then(|| Conflict {
        keys: ("retry", "timeout"),
        message: format!(
            "retry: the delays of `{retry}` add up to at least {}, which does not fit in the timeout of {}: the last \
             attempt could never start; write fewer attempts, shorter delays or a longer timeout",
            DurationText(least),
            DurationText(timeout)
        ),
    })
}

fn slow_conflict(circuit: &CircuitPolicy, limit: Limit) -> Option<Conflict> {
    let slow = circuit.slow?;
    circuit.cannot_be_slow(limit.time).then(|| Conflict {
        keys: ("circuit", limit.key),
        message: format!(
            "circuit: slow {} is not below the {} of {}: a call that slow has timed out; write a shorter `slow` or a longer `{}`",
            DurationText(slow),
            limit.words,
            DurationText(limit.time),
            limit.key
        ),
    })
}

impl RetryPolicy {
    const fn cannot_fit(&self, timeout: Duration) -> bool {
        self.repeats() && not_below(self.least_delays(), timeout)
    }

    /// Returns the least that all delays of a call can add up to, whatever the jitter draws.
    const fn least_delays(&self) -> Duration {
        let initial = self.delay.before_retry(1);
        let (mut sum, mut retry) = (Duration::ZERO, 1);
        while retry < self.max_attempts && retry < limits::MAX_ATTEMPTS {
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

impl Delay {
    /// Returns the delay before a retry (the first is 1), without jitter.
    const fn before_retry(self, retry: u32) -> Duration {
        let (grown, max) = match self {
            Self::None => return Duration::ZERO,
            Self::Fixed(delay) => return delay,
            Self::Linear { initial, max } => (initial.as_nanos().saturating_mul(retry as u128), max),
            Self::Exponential { initial, max, factor } => {
                let (mut grown, mut step) = (initial.as_nanos(), 1);
                while step < retry {
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
