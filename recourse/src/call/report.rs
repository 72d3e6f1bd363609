//! The end of an attempt, as it is reported: to whoever records the call, to the latencies, and to the circuit.
//!
//! # Design notes
//!
//! What a cut says of the dependency depends on why the attempt was cut. A deadline is the caller's: an attempt that the call's deadline cuts
//! counts against the dependency if it had at least half of the call's time, so a hung dependency opens its circuit under impatient callers
//! and a healthy one does not. One deadline that cuts several attempts of a group is one piece of evidence. And an attempt that ran longer
//! than `slow` counts however it ends, or a dependency that never answers would hide behind callers that give up.

use crate::call::class;
use crate::call::in_flight::HedgeLaunch;
use crate::call::lifecycle::CallView;
use crate::observe::{AttemptOutcome, EndReason};
use crate::outcome::Class;
use crate::time::Instant;
use std::mem;
use std::time::Duration;

/// Why an attempt was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dropped {
    /// It has ended, or lost to a winner or to a limit: the time it ran counts.
    Lost,
    /// The same deadline has cut another attempt of its group, which speaks for the group.
    Beside,
    /// The caller dropped the call, or code of the user's panicked.
    Abandoned,
}

impl CallView<'_> {
    /// An attempt has an outcome. `text` is the error's text if [`Self::wants_text`]; `hedge` is `None` for the primary.
    #[cold]
    pub(super) fn attempt_ended(&mut self, hedge: Option<HedgeLaunch>, class: Class, text: Option<String>) {
        self.attempt_gone(hedge, class::outcome_of(class).0, text, Dropped::Lost);
        if matches!(class, Class::NonRetryable | Class::Ignore) {
            self.state().stop_hedging();
        }
    }

    /// An attempt was dropped without an outcome.
    #[cold]
    pub(super) fn attempt_dropped(&mut self, hedge: Option<HedgeLaunch>, outcome: AttemptOutcome, dropped: Dropped) {
        self.attempt_gone(hedge, outcome, None, dropped);
    }

    /// The time of an attempt was over, and its outcome says so in a text.
    #[cold]
    pub(super) fn attempt_cut(&mut self, hedge: Option<HedgeLaunch>, outcome: AttemptOutcome, text: Option<String>) {
        self.attempt_gone(hedge, outcome, text, Dropped::Lost);
    }

    /// Reports the end of an attempt: to whoever records the call, to the latencies, and to the circuit.
    fn attempt_gone(
        &mut self,
        hedge: Option<HedgeLaunch>,
        outcome: AttemptOutcome,
        text: Option<String>,
        dropped: Dropped,
    ) {
        let site = self.site;
        let state = self.state();
        let (number, since) = hedge.map_or_else(|| state.primary(), |hedge| (hedge.number, Some(hedge.at)));
        // Before anybody is told of it, a rejection and the next attempt included.
        let text = text.map(|text| site.redacted(text));
        state.note_attempt_end(number, outcome, text);
        // The clock is read once, if anybody asks for the time at all.
        let mut now = None;
        let mut clock = || *now.get_or_insert_with(Instant::now);
        if let (Some(fresh_after), Some(since)) = (site.retry.fresh_after, since) {
            if clock().saturating_duration_since(since) >= fresh_after {
                state.count_anew();
            }
        }
        // Only the primary's time is recorded: see `SiteLatency::observe`.
        if let (true, None, Some(since), Some(latency)) = (state.is_tracked(), hedge, since, &site.latency) {
            if dropped == Dropped::Abandoned {
                if outcome == AttemptOutcome::Cancelled {
                    latency.observe_abandoned(since, clock());
                }
            } else {
                latency.observe(since, outcome, clock());
            }
        }
        // Another attempt may follow a failure that can be retried.
        if outcome != AttemptOutcome::Retryable && state.take_trial() {
            let is_cut = outcome == AttemptOutcome::Timeout || dropped == Dropped::Abandoned;
            if let Some(least) = site.at_least.as_ref().filter(|_| is_cut || outcome == AttemptOutcome::Success) {
                least.trial_ended(!is_cut);
            }
        }
        let time = state.timeout(site).unwrap_or_else(|| site.time_of_call());
        if site.limits.is_some() {
            // As for the circuit: one deadline is one piece of evidence, and a caller without patience is none.
            let is_cut = outcome == AttemptOutcome::Timeout && dropped != Dropped::Beside;
            let had_time = is_cut && had_half(since, clock(), time);
            state.tell_limit(number, outcome, had_time, &mut clock);
        }
        if let Some(circuit) = &site.circuit {
            let admission = state.take_admission(number, hedge);
            let changed = match class::health_of(outcome) {
                // One deadline is one piece of evidence.
                Some(_) if dropped == Dropped::Beside => None,
                // A caller without patience says nothing about the dependency: see `circuit`.
                Some(_) if outcome == AttemptOutcome::Timeout && !had_half(since, clock(), time) => {
                    circuit.lost(admission, since, clock)
                }
                Some(class) => circuit.ended(admission, class, since, clock),
                // Dropped from outside, by a deadline that is over by now: the call was not polled in time to notice.
                None if dropped == Dropped::Abandoned && state.outer().is_some_and(|outer| outer <= clock()) => {
                    if had_half(since, clock(), time) {
                        circuit.ended(admission, Class::RETRYABLE, since, clock)
                    } else {
                        circuit.lost(admission, since, clock)
                    }
                }
                // However an attempt ends: what ran longer than `slow` counts.
                None if outcome == AttemptOutcome::Cancelled => circuit.lost(admission, since, clock),
                // None of the library's business: what the attempt holds goes back, and nothing is judged.
                None => None,
            };
            state.circuit_changed(changed);
        }
    }

    /// The call is dropped before its end, after the attempt that ran, if one did.
    #[cold]
    #[inline(never)]
    pub(super) fn dropped(mut self) {
        let Some(timed) = self.state.as_mut().as_pin_mut() else { return };
        let primary_runs = timed.project().state.primary_runs();
        let reason = self.reason_of_drop();
        let mut guard = EndOnPanic(self);
        if primary_runs {
            guard.0.attempt_dropped(None, AttemptOutcome::Cancelled, Dropped::Abandoned);
        }
        guard.0.abandon(reason);
        mem::forget(guard);
    }
}

/// Ends a call whose attempt was reported, and whose breaker or tracker has panicked then, before the panic goes on.
struct EndOnPanic<'a>(CallView<'a>);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        self.0.abandon(EndReason::Panicked);
    }
}

/// True if an attempt had at least half of the call's time.
fn had_half(since: Option<Instant>, now: Instant, time: Duration) -> bool {
    let ran = since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
    ran.saturating_mul(2) >= time
}
