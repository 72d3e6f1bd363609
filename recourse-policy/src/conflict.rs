//! Conflicts: settings that are allowed one by one, and make a part of the policy impossible together.
//!
//! Each conflict is found by one `const` function, so that [`Policy::validated`] finds in a constant what [`Policy::conflicts`] finds at
//! run time. Only the messages differ, because a constant cannot format values.

use crate::retry_fits::Limit;
use crate::shortest::not_below;
use crate::{AtLeast, CircuitPolicy, DurationText, HedgePolicy, HedgeWhen, Policy, RetryPolicy, Trip};
use std::{fmt, time::Duration};

/// Two settings of one policy that make a part of it impossible.
///
/// A conflict changes nothing in the policy. In an attribute it is an error, unless it is a note; elsewhere it should be reported.
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
    /// True if the settings exclude each other only at times: as long as attempts fail fast. Such a conflict is reported, and never an
    /// error.
    pub is_note: bool,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Policy {
    /// Returns what can never happen under this policy, though each of its values is allowed:
    ///
    /// - an `attempt_timeout` that is not below `timeout`: it could never end an attempt;
    /// - an `at_least` that is not below `timeout`: hardly a call could ever begin;
    /// - a hedge delay, or the threshold of a slow call, that is not below the shorter of the two;
    /// - delays between attempts that even at their least do not fit in `timeout`; of `forever`, the first of them;
    /// - a `pushback up to` that is not below `timeout`, or a `fresh after` that is not below the shorter of the two;
    /// - a `wait` for a slot that is not below `timeout`, or a `queue` in which nobody waits;
    /// - more attempts than the failures in a row that open the circuit: a call that fails ends with them.
    ///
    /// If the circuit counts within a window, and the delays at their least put enough attempts into it, that is a note: the attempts
    /// may also be slow.
    ///
    /// ```
    /// use recourse_policy::{CircuitPolicy, Policy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let eight = Policy::new().retry(RetryPolicy::attempts(8));
    /// let conflict = |circuit| eight.circuit(circuit).conflicts().pop();
    /// let five = CircuitPolicy::failures(5);
    /// assert!(conflict(five).is_some_and(|conflict| !conflict.is_note));
    /// assert!(conflict(five.within(Duration::from_secs(10))).is_some_and(|conflict| conflict.is_note));
    /// assert_eq!(conflict(CircuitPolicy::failures(8)), None);
    /// ```
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
            self.at_least
                .and_then(|least| least.written())
                .zip(call)
                .and_then(|(least, call)| least_conflict(least, call.time)),
            self.hedge.zip(shorter).and_then(|(hedge, limit)| hedge_conflict(&hedge, limit)),
            self.retry.zip(call).and_then(|(retry, call)| of_retry(call, retry.delays_beyond(call.time))),
            self.retry.zip(call).and_then(|(retry, call)| of_retry(call, retry.pushback_beyond(call.time))),
            self.retry.zip(shorter).and_then(|(retry, limit)| of_retry(limit, retry.fresh_beyond(limit))),
            self.retry.zip(self.circuit).and_then(|(retry, circuit)| row_conflict(&retry, &circuit)),
            self.circuit.zip(shorter).and_then(|(circuit, limit)| slow_conflict(&circuit, limit)),
        ];
        checks.into_iter().flatten().chain(self.limit_conflicts()).collect()
    }

    /// Returns the first of [`Self::conflicts`] that is no note, with a message that a constant can hold.
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
            (Some(limit), _) | (None, Some(limit)) => Some(limit),
            (None, None) => None,
        };
        match (self.at_least, self.timeout) {
            (Some(least), Some(call)) if least.is_not_below(call) => {
                return Some(
                    "at_least is not below timeout: hardly a call could ever begin; write a shorter `at_least` or a longer `timeout`",
                );
            }
            _ => {}
        }
        match (self.hedge, shorter) {
            (Some(hedge), Some(shorter)) if hedge.cannot_start(shorter) => {
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
            (Some(retry), Some(call)) if retry.pushback_cannot_fit(call) => {
                return Some(
                    "retry: `pushback up to` is not below timeout: a pushback that long could never fit; write a shorter one or a \
                     longer timeout, or leave it out",
                );
            }
            _ => {}
        }
        match (self.retry, shorter) {
            (Some(retry), Some(shorter)) if retry.cannot_be_fresh(shorter) => {
                return Some(
                    "retry: `fresh after` is not below attempt_timeout and timeout: no attempt could ever run that long; write a \
                     shorter one or longer timeouts, or leave it out",
                );
            }
            _ => {}
        }
        match (self.retry, self.circuit) {
            (Some(retry), Some(circuit)) if circuit.ends_a_row_before(&retry) => {
                return Some(
                    "retry: there are more attempts than the failures in a row that open the circuit: the last attempts could never \
                     start; write fewer attempts or more failures",
                );
            }
            _ => {}
        }
        match (self.circuit, shorter) {
            (Some(circuit), Some(shorter)) if circuit.cannot_be_slow(shorter) => Some(
                "circuit: slow is not below attempt_timeout and timeout: a call that slow has timed out; write a shorter `slow` or \
                 longer timeouts",
            ),
            _ => self.limit_conflict(),
        }
    }
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

impl AtLeast {
    const fn is_not_below(&self, call: Duration) -> bool {
        match self.written() {
            Some(least) => not_below(least, call),
            None => false,
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

    /// Returns true if a call that fails opens the circuit before the last of its attempts, however long they take.
    const fn ends_a_row_before(&self, retry: &RetryPolicy) -> bool {
        matches!(self.trip, Trip::Failures { failures, window: None } if retry.allows_more_than(failures) && !retry.is_endless())
    }
}

fn least_conflict(least: Duration, call: Duration) -> Option<Conflict> {
    not_below(least, call).then(|| Conflict {
        keys: ("at_least", "timeout"),
        message: format!(
            "at_least: {} is not below the timeout of {}: hardly a call could ever begin; write a shorter `at_least` or a longer \
             `timeout`",
            DurationText(least),
            DurationText(call)
        ),
        is_note: false,
    })
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
        is_note: false,
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
        is_note: false,
    })
}

/// A part of the retry section that does not fit in a timeout.
fn of_retry(limit: Limit, message: Option<String>) -> Option<Conflict> {
    Some(Conflict { keys: ("retry", limit.key), message: message?, is_note: false })
}

/// Finds attempts that do not start because those before them have opened the circuit.
fn row_conflict(retry: &RetryPolicy, circuit: &CircuitPolicy) -> Option<Conflict> {
    // Without a last attempt there is none that could not start: the call ends with the circuit.
    let attempts = retry.max_attempts?;
    let (opens_at, window, counted) = match circuit.trip {
        Trip::Failures { failures, window } => (failures, window, "failures"),
        // A call that fails is a rate of 100 % by itself, once there are enough attempts to judge.
        Trip::Rate { min_calls, window, .. } => (min_calls, Some(window), "calls to judge by"),
        Trip::Never => return None,
    };
    let fits = |window| !not_below(retry.least_delays_of(opens_at), window);
    if opens_at >= attempts || !window.is_none_or(fits) {
        return None;
    }
    let is_note = window.is_some();
    let (may, never) = if is_note { ("may open", "then never starts") } else { ("opens", "could never start") };
    let fewer = if opens_at == 1 { "1 attempt".to_owned() } else { format!("at most {opens_at} attempts") };
    let message = format!(
        "retry: of {attempts} attempts that fail, attempt {opens_at} {may} the circuit of `{circuit}`, and attempt {} {never}; \
         write {fewer}, or at least {attempts} {counted}",
        opens_at.saturating_add(1)
    );
    Some(Conflict { keys: ("retry", "circuit"), message, is_note })
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
        is_note: false,
    })
}
