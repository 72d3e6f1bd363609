//! The decision about another attempt: whether the policy, the circuit, the deadline and the budget allow one.
//!
//! The class of the outcome is judged before: see [`class`](super::class). When a delay is over, the deadline and the circuit are asked again:
//! see [`CallView::poll_delay`](super::lifecycle::CallView::poll_delay).

use crate::backoff;
use crate::circuit::DecisionReason;
use crate::executor::{Refusal, ResolvedSite};
use crate::observe::DelaySource;
use crate::time::Instant;
use recourse_policy::limits;
use std::time::Duration;

/// What is known when a group has failed and may be followed by another.
pub(super) struct Failed {
    /// No further attempt can be made, whatever the policy says.
    pub(super) sealed: bool,
    /// The number of groups that the policy counts: each is one attempt of the policy's.
    pub(super) groups: u32,
    /// The primary was a probe of the circuit, which makes one attempt.
    pub(super) is_probe: bool,
    /// The last delay that was drawn, if the next one depends on it.
    pub(super) last_backoff: Duration,
    /// How long the dependency asked to wait.
    pub(super) pushback: Option<Duration>,
    /// A call inside of the attempt that ended the group may repeat, and has given up.
    pub(super) nested: bool,
    /// The deadline of the call, if it has one.
    pub(super) deadline: Option<Instant>,
}

/// Whether there is another attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum RetryDecision {
    /// Yes, after this delay. The retry is paid for.
    Retry { delay: Duration, source: DelaySource },
    /// The policy allows no more attempts.
    Exhausted,
    /// A call inside of the attempt has repeated and given up: attempts would multiply.
    Nested,
    /// The circuit admits no attempt.
    Refused(Refusal),
    /// The delay does not fit into what is left of the timeout.
    TooLate { delay: Duration, source: DelaySource, left: Duration },
    /// The dependency asked to wait longer than the policy allows.
    PushbackTooLong { pushback: Duration, longest: Duration },
    /// The budget cannot pay for the retry.
    OverBudget,
}

/// Decides whether another attempt follows.
///
/// # Design notes
///
/// - An attempt in which a call has used up attempts of its own is the last: attempts would multiply. That is asked before the circuit, which
///   may change its state when it is asked.
/// - The circuit is asked while the error is there: a refusal then returns the operation's own error. After a delay the error is gone, and
///   the call would be rejected.
/// - A call whose attempt was a probe makes no second one: the result is the operation's own error, and the reason that the circuit allows
///   no further attempt.
/// - The deadline comes before the budget, and the budget last: a retry that cannot happen costs nothing.
/// - A delay fits if it ends before the deadline, not at it.
/// - A pushback beyond the cap ends the call: asking before the time that the dependency named is what the pushback forbids, and an error
///   that is late helps nobody.
/// - The longer of the backoff and the pushback counts: a server that says "now", or in a nanosecond, is asked no faster than the policy
///   allows. The spread of a pushback comes after the choice, so that it makes nobody wait whose backoff is longer.
pub(super) fn decide(failed: &Failed, site: &ResolvedSite, mut clock: impl FnMut() -> Instant) -> RetryDecision {
    if failed.sealed || !site.retry.allows_more_than(failed.groups) {
        return RetryDecision::Exhausted;
    }
    if failed.nested && !site.retry.over_nested {
        return RetryDecision::Nested;
    }
    if let Some(circuit) = &site.circuit {
        // Most probes that fail have opened the circuit again. If not, the probe is still the call's only attempt.
        let probed = || failed.is_probe.then_some(Refusal { reason: DecisionReason::Probe, retry_after: None });
        if let Some(refusal) = circuit.refuses(&mut clock).or_else(probed) {
            return RetryDecision::Refused(refusal);
        }
    }
    if let (Some(pushback), Some(longest)) = (failed.pushback, longest_pushback(site, failed.deadline)) {
        if pushback > longest {
            return RetryDecision::PushbackTooLong { pushback, longest };
        }
    }
    let left = failed.deadline.map(|deadline| deadline.saturating_duration_since(clock()));
    let backoff = backoff::delay(&site.retry, failed.groups, failed.last_backoff);
    let (delay, source) = match failed.pushback.filter(|pushback| *pushback > backoff) {
        Some(pushback) => (backoff::spread(&site.retry, pushback, left), DelaySource::Pushback),
        None => (backoff, DelaySource::Backoff),
    };
    if let Some(left) = left.filter(|left| delay >= *left) {
        return RetryDecision::TooLate { delay, source, left };
    }
    if site.budget.is_limited() && !site.budget.withdraw(clock()) {
        return RetryDecision::OverBudget;
    }
    RetryDecision::Retry { delay, source }
}

/// How long a pushback may be. `None` if the deadline alone says so.
fn longest_pushback(site: &ResolvedSite, deadline: Option<Instant>) -> Option<Duration> {
    let unnamed = if deadline.is_none() { Some(limits::DEFAULT_PUSHBACK) } else { None };
    site.retry.max_pushback.or(unnamed)
}
