//! Spans and events of a call for `tracing`. All names of spans, fields and events stand in this file.
//!
//! # Design notes
//!
//! - **Names** are those of the family `resilience.*` that Polly and seatbelt use, where the meaning is the same: OpenTelemetry has no convention of
//!   its own for resilience. The index of an attempt begins at 0, as theirs does. `http.request.resend_count` is OpenTelemetry's: the
//!   number of requests that were sent before this one.
//! - **An attempt's span is entered around each poll of its body**, so spans of the user's nest under the right attempt, however many run at once.
//! - **Severity.** An attempt that is followed by another is no reason to wake anybody, and is debug. The failure of a call is a warning, and a
//!   circuit that changes is information.

use super::call_info::CallInfo;
use super::event::{Event, FallbackEvent};
use super::names::{AttemptOutcome, EndReason};
use super::notice::Notice;
use super::outage::OutageEvent;
use super::totals::CallTotals;
use crate::context::Priority;
use crate::error::RejectionKind;
use recourse_policy::Effective;
use tracing::field::Empty;
use tracing::span::EnteredSpan;
use tracing::{Span, debug, info, info_span, warn};

/// The spans of a call, and of its attempts that run.
#[derive(Debug)]
pub(crate) struct CallSpans {
    call: Span,
    attempts: Vec<(u32, Span)>,
    /// The text of the last error, for the event that tells what follows from it.
    last_error: Option<Box<str>>,
}

/// A span that is entered until this is dropped.
#[derive(Debug)]
pub(crate) struct SpanGuard(#[expect(dead_code, reason = "its drop leaves the span")] EnteredSpan);

impl CallSpans {
    /// Opens the span of a call, below the span that the call begins in.
    #[expect(clippy::unnecessary_wraps, reason = "without the feature there is none")]
    pub(super) fn start(call: &CallInfo) -> Option<Self> {
        let span = info_span!(
            target: "recourse",
            "resilience.call",
            resilience.pipeline.name = call.name(),
            resilience.operation.key = call.key().as_str(),
            resilience.call.id = %call.id(),
            resilience.call.reason = Empty,
            resilience.call.rejection = Empty,
            resilience.call.attempts = Empty,
            otel.status_code = Empty,
        );
        Some(Self { call: span, attempts: Vec::new(), last_error: None })
    }

    /// Enters the span of an attempt; of the call for 0, the attempt that is being made.
    pub(super) fn enter(&self, attempt: u32) -> SpanGuard {
        let span = self.attempts.iter().find(|(number, _)| *number == attempt).map_or(&self.call, |(_, span)| span);
        SpanGuard(span.clone().entered())
    }

    /// Tells of an event of the call.
    pub(super) fn tell(&mut self, event: &Event, totals: &CallTotals) {
        let (call, error) = (&self.call, self.last_error.as_deref());
        // Entered, and not named as the parent: whoever filters out this span has the events stand under the span around the call.
        let _entered = call.enter();
        match event {
            Event::AttemptStarted { attempt, hedge, is_last, budget_left } => {
                let index = attempt.saturating_sub(1);
                let span = info_span!(
                    target: "recourse",
                    "resilience.attempt",
                    resilience.attempt.index = index,
                    resilience.attempt.is_last = is_last,
                    resilience.attempt.is_hedge = hedge,
                    resilience.attempt.outcome = Empty,
                    resilience.attempt.error = Empty,
                    resilience.budget.remaining = *budget_left,
                    http.request.resend_count = (index > 0).then_some(index),
                    otel.status_code = Empty,
                );
                self.attempts.push((*attempt, span));
            }
            Event::AttemptEnded { attempt, hedge, outcome, error } => {
                if let Some(index) = self.attempts.iter().position(|(number, _)| number == attempt) {
                    end_attempt(&self.attempts.swap_remove(index).1, *outcome, error.as_deref());
                }
                if *hedge && *outcome == AttemptOutcome::Success {
                    debug!(
                        target: "recourse", { resilience.event.name = "hedge_won",
                        resilience.strategy.name = "hedging", resilience.attempt.index = attempt.saturating_sub(1) },
                "a hedge was faster");
                }
                // Those that lost have none, and do not take it away from the one that ended the call.
                if *outcome != AttemptOutcome::Cancelled {
                    self.last_error.clone_from(error);
                }
            }
            Event::Delayed { delay, source } => debug!(
                target: "recourse", { resilience.event.name = "retry", resilience.strategy.name = "retry",
                resilience.retry.delay = delay.as_secs_f64(), resilience.retry.delay_source = source.as_str(),
                resilience.attempt.error = error },
                "an attempt failed, and another follows"),
            Event::DelayDenied { delay, left, .. } => debug!(
                target: "recourse", { resilience.event.name = "retry_denied",
                resilience.strategy.name = "retry", resilience.retry.delay = delay.as_secs_f64(),
                resilience.retry.left = left.as_secs_f64() },
                "the delay before a retry does not fit before the deadline"),
            Event::BudgetDenied => debug!(
                target: "recourse", { resilience.event.name = "retry_denied",
                resilience.strategy.name = "budget" },
                "the retry budget is empty"),
            Event::HedgeDenied { reason } => debug!(
                target: "recourse", { resilience.event.name = "hedge_denied",
                resilience.strategy.name = "hedging", resilience.hedge.reason = reason.as_str() },
                "a hedge was denied"),
            Event::CircuitDenied { reason, .. } => debug!(
                target: "recourse", { resilience.event.name = "circuit_denied",
                resilience.strategy.name = "circuit_breaker", resilience.circuit.reason = reason.as_str() },
                "the circuit breaker refused an attempt"),
            Event::CircuitChanged { from, to, cause } => info!(
                target: "recourse", { resilience.event.name = "circuit_changed",
                resilience.strategy.name = "circuit_breaker", resilience.circuit.from = from.as_str(),
                resilience.circuit.to = to.as_str(), resilience.circuit.cause = cause.as_str() },
                "the circuit breaker changed"),
            Event::Queued { running, waiting } => debug!(
                target: "recourse", { resilience.event.name = "queued",
                resilience.strategy.name = "concurrency", resilience.concurrency.running = running,
                resilience.concurrency.waiting = waiting },
                "no slot is free for the attempt, and it waits for one"),
            Event::SlotDenied { running, waiting, priority } => debug!(
                target: "recourse", { resilience.event.name = "slot_denied",
                resilience.strategy.name = "concurrency", resilience.concurrency.running = running,
                resilience.concurrency.waiting = waiting,
                resilience.priority = priority.map(Priority::as_str) },
                "there was no slot for the attempt"),
            Event::RateDelayed { wait } => debug!(
                target: "recourse", { resilience.event.name = "rate_delayed",
                resilience.strategy.name = "rate_limiter", resilience.rate.wait = wait.as_secs_f64() },
                "the attempt waits until the rate allows it"),
            Event::RateDenied { retry_after } => debug!(
                target: "recourse", { resilience.event.name = "rate_denied",
                resilience.strategy.name = "rate_limiter", resilience.rate.retry_after = retry_after.as_secs_f64() },
                "the rate does not allow the attempt"),
            Event::LimitChanged { change } => debug!(
                target: "recourse", { resilience.event.name = "limit_changed",
                resilience.strategy.name = "concurrency", resilience.concurrency.limit = change.to,
                resilience.concurrency.reason = change.reason.as_str() },
                "the adaptive limit changed"),
            Event::CallEnded { reason, rejected } => self.end_call(*reason, *rejected, totals),
            Event::CallStarted => {}
        }
    }

    fn end_call(&self, reason: EndReason, rejected: Option<RejectionKind>, totals: &CallTotals) {
        let (call, error) = (&self.call, self.last_error.as_deref());
        call.record("resilience.call.reason", reason.as_str());
        call.record("resilience.call.attempts", totals.attempts);
        let rejection = rejected.map(RejectionKind::as_str);
        if let Some(kind) = rejection {
            call.record("resilience.call.rejection", kind);
        }
        // Whose outcome was none of the library's business has not failed; nor has a call that nobody waits for.
        if !matches!(reason, EndReason::Success | EndReason::Ignored | EndReason::Cancelled) {
            call.record("otel.status_code", "ERROR");
            warn!(
                target: "recourse", { resilience.event.name = "call_failed",
                resilience.call.reason = reason.as_str(), resilience.call.rejection = rejection,
                resilience.call.attempts = totals.attempts, resilience.attempt.error = error },
        "a guarded call failed");
        }
    }
}

fn end_attempt(span: &Span, outcome: AttemptOutcome, error: Option<&str>) {
    span.record("resilience.attempt.outcome", outcome.as_str());
    if let Some(error) = error {
        span.record("resilience.attempt.error", error);
    }
    let failed = !matches!(outcome, AttemptOutcome::Success | AttemptOutcome::Ignored | AttemptOutcome::Cancelled);
    if failed {
        span.record("otel.status_code", "ERROR");
    }
}

/// Tells of the fallback of a call, whose span is closed by then.
pub(super) fn tell_of_fallback(call: &CallInfo, event: &FallbackEvent) {
    match event {
        FallbackEvent::Started { reason } => debug!(
            target: "recourse", { resilience.event.name = "fallback_started", resilience.strategy.name = "fallback",
            resilience.pipeline.name = call.name(), resilience.call.id = %call.id(),
            resilience.call.reason = reason.as_str() },
                "the fallback of a call begins"),
        FallbackEvent::Ended { outcome, .. } => debug!(
            target: "recourse", { resilience.event.name = "fallback_ended", resilience.strategy.name = "fallback",
            resilience.pipeline.name = call.name(), resilience.call.id = %call.id(),
            resilience.fallback.outcome = outcome.as_str() },
                "the fallback of a call has ended"),
    }
}

/// Tells of what happened outside of calls.
pub(super) fn tell_of_notice(notice: Notice<'_>) {
    match notice {
        Notice::Breaker(key, event) => info!(
            target: "recourse", { resilience.event.name = "circuit_operated",
            resilience.strategy.name = "circuit_breaker", resilience.operation.key = key.as_str(),
            resilience.circuit.action = event.as_str() },
            "something happened to a circuit breaker outside of calls"),
        Notice::Evicted(key, lost) => debug!(
            target: "recourse", { resilience.event.name = "key_evicted", resilience.operation.key = key.as_str(),
            resilience.key.lost = %lost },
            "the state of a key was evicted"),
        Notice::PolicyChanged(key, change) => info!(
            target: "recourse", { resilience.event.name = "policy_changed", resilience.operation.key = key.as_str(),
            resilience.policy.change = %change },
            "the policy of a key changed"),
        Notice::PolicyResolved(key, effective) => info!(
            target: "recourse", { resilience.event.name = "policy_resolved", resilience.operation.key = key.as_str(),
            resilience.policy.notes = notes(effective) },
            "a policy is not applied as it was written"),
        Notice::PoliciesRefused(why) => warn!(
            target: "recourse", { resilience.event.name = "policies_refused", resilience.policy.why = why },
            "a source of policies has a state that cannot be used"),
        Notice::PoliciesOutage(OutageEvent::Began { why }) => warn!(
            target: "recourse", { resilience.event.name = "policies_outage_began",
            resilience.policy.why = %why },
            "a source of policies cannot be reached"),
        Notice::PoliciesOutage(OutageEvent::Ended { after }) => info!(
            target: "recourse", { resilience.event.name = "policies_outage_ended",
            resilience.policy.outage = after.as_secs_f64() },
            "a source of policies can be reached again"),
        Notice::PoliciesUnmatched(entries) => warn!(
            target: "recourse", { resilience.event.name = "policies_unmatched",
            resilience.policy.entries = entries.join(", ") },
            "entries of policies match no key"),
    }
}

/// What was changed in a policy, and what contradicts each other.
fn notes(effective: &Effective) -> String {
    let changes = effective.changes.iter().map(ToString::to_string);
    let notes: Vec<String> =
        changes.chain(effective.conflicts.iter().map(|conflict| conflict.message.clone())).collect();
    notes.join("; ")
}
