//! Whether there is another attempt: every reason to stop, in one place and one order.

use crate::backoff;
use crate::circuit;
use crate::executor::circuit::Denied;
use crate::executor::handle::Handle;
use crate::observe::{AttemptOutcome, DelaySource, EndReason};
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::limits;
use std::ops::ControlFlow;
use std::time::Duration;

/// What is known when an attempt has failed and may be followed by another.
pub(super) struct Failed {
    /// Attempts so far.
    pub(super) attempts: u32,
    /// The attempt was a probe of the circuit, which makes one attempt.
    pub(super) is_probe: bool,
    /// The delay before this attempt.
    pub(super) last_delay: Duration,
    /// When the dependency said it should be asked again.
    pub(super) after: Option<Duration>,
    /// When the call's timeout began to count; `None` where nothing had to wait yet, so that it begins now.
    pub(super) started: Option<Instant>,
}

/// Whether there is another attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// After this delay; it is paid for.
    Granted { delay: Duration, source: DelaySource },
    /// The policy allows no more.
    Exhausted,
    /// The circuit does not let it through.
    Refused(Denied),
    /// The delay does not fit into what is left of the timeout.
    TooLate { delay: Duration, source: DelaySource, left: Duration },
    /// The budget is empty.
    Unpaid,
}

impl Failed {
    /// The budget is asked last, so that a retry which cannot happen costs nothing.
    pub(super) fn again(&self, handle: &Handle, mut clock: impl FnMut() -> Instant) -> Verdict {
        if self.attempts >= handle.retry.max_attempts {
            return Verdict::Exhausted;
        }
        if let Some(circuit) = &handle.circuit {
            // Most failed probes have opened it again; of a breaker that did not, the probe is still the only attempt.
            let probed =
                || self.is_probe.then_some(Denied { reason: circuit::DecisionReason::Probe, retry_after: None });
            if let Some(denied) = circuit.refuses(&mut clock).or_else(probed) {
                return Verdict::Refused(denied);
            }
        }
        let backoff = || backoff::delay(&handle.retry, self.attempts, self.last_delay);
        // "Now" from a server is no reason to drop the backoff: a hundred clients would be back in the same millisecond.
        let after = self.after.filter(|after| !after.is_zero());
        let (delay, source) = after.map_or_else(
            || (backoff(), DelaySource::Backoff),
            |after| (after.min(limits::MAX_RETRY_AFTER), DelaySource::Pushback),
        );
        if let Some(timeout) = handle.timeout {
            let ran = self.started.map_or(Duration::ZERO, |started| clock().saturating_duration_since(started));
            let left = timeout.saturating_sub(ran);
            if delay >= left {
                return Verdict::TooLate { delay, source, left };
            }
        }
        if handle.purse.is_limited() && !handle.purse.withdraw(clock()) {
            return Verdict::Unpaid;
        }
        Verdict::Granted { delay, source }
    }
}

/// What the end of an attempt says about the dependency's health; `None` where nothing.
pub(super) const fn health(outcome: AttemptOutcome) -> Option<Class> {
    match outcome {
        AttemptOutcome::Success => Some(Class::Success),
        AttemptOutcome::NonRetryable => Some(Class::NonRetryable),
        AttemptOutcome::Retryable
        | AttemptOutcome::AttemptTimeout
        | AttemptOutcome::Timeout
        | AttemptOutcome::Panicked => Some(Class::RETRYABLE),
        AttemptOutcome::Ignored | AttemptOutcome::Cancelled => None,
    }
}

/// How a class reads as the end of an attempt, and, where it ends the call, as the reason why.
pub(super) fn outcome(class: Class) -> (AttemptOutcome, ControlFlow<EndReason, Option<Duration>>) {
    match class {
        Class::Success => (AttemptOutcome::Success, ControlFlow::Break(EndReason::Success)),
        Class::Retryable { after } => (AttemptOutcome::Retryable, ControlFlow::Continue(after)),
        Class::NonRetryable => (AttemptOutcome::NonRetryable, ControlFlow::Break(EndReason::NonRetryable)),
        Class::Ignore => (AttemptOutcome::Ignored, ControlFlow::Break(EndReason::Ignored)),
    }
}
