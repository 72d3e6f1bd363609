//! The observer that counts calls.

use super::names::{self, Kind, Metric};
use crate::observe::{
    AttemptOutcome, BreakerEvent, CallInfo, CallTotals, EndReason, Event, FallbackEvent, HedgeDenial, LostState,
    Observer, OutageEvent, PolicyChange, TimedEvent, Wanted,
};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, histogram};
use recourse_policy::Key;

/// Counts what happens in guarded calls, with the exporter that is installed for the facade `metrics`. See the [module](super).
///
/// ```
/// use recourse::Executor;
/// use recourse::metrics::MetricsObserver;
///
/// let executor = Executor::builder().observer(MetricsObserver::new()).build();
/// # let _ = executor;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MetricsObserver(());

impl MetricsObserver {
    /// Makes the observer, and describes all metrics to the exporter that is installed: install it before.
    #[must_use = "an observer counts nothing until it is added to an executor"]
    pub fn new() -> Self {
        for Metric { name, kind, unit, description } in names::ALL {
            let unit: Unit = *unit;
            match kind {
                Kind::Counter => describe_counter!(*name, unit, *description),
                Kind::Gauge => describe_gauge!(*name, unit, *description),
                Kind::Histogram => describe_histogram!(*name, unit, *description),
            }
        }
        Self(())
    }
}

impl Default for MetricsObserver {
    fn default() -> Self {
        Self::new()
    }
}

/// How a call ended, in few words.
const fn outcome(totals: &CallTotals) -> &'static str {
    match (totals.reason, totals.rejected) {
        (EndReason::Success, _) => "success",
        (EndReason::Ignored, _) => "ignored",
        (EndReason::Cancelled, _) => "cancelled",
        (EndReason::Panicked, _) => "panicked",
        (_, Some(_)) => "rejected",
        (_, None) => "failed",
    }
}

impl Observer for MetricsObserver {
    fn wants(&self) -> Wanted {
        Wanted::Totals
    }

    fn call_totals(&self, call: &CallInfo, totals: &CallTotals) {
        let (name, outcome) = (call.name().to_owned(), outcome(totals));
        counter!(names::CALLS, "call" => name.clone(), "outcome" => outcome, "reason" => totals.reason.as_str())
            .increment(1);
        histogram!(names::DURATION, "call" => name.clone(), "outcome" => outcome).record(totals.elapsed);
        for attempt in AttemptOutcome::ALL {
            let ended = totals.attempts_that(*attempt);
            if ended > 0 {
                counter!(names::ATTEMPTS, "call" => name.clone(), "outcome" => attempt.as_str())
                    .increment(ended.into());
            }
        }
        if let Some(kind) = totals.rejected {
            counter!(names::REJECTIONS, "call" => name.clone(), "kind" => kind.as_str()).increment(1);
        }
        let denied = [
            ("retry_budget", totals.retries_denied),
            ("hedge_budget", totals.hedges_denied_by(HedgeDenial::Budget)),
            ("hedge_circuit", totals.hedges_denied_by(HedgeDenial::Circuit)),
            ("hedge_concurrency", totals.hedges_denied_by(HedgeDenial::Concurrency)),
            ("hedge_rate", totals.hedges_denied_by(HedgeDenial::Rate)),
            ("delay", totals.delays_denied),
            ("circuit", totals.circuit_denied),
            ("concurrency", totals.slots_denied),
            ("rate", totals.rate_denied),
        ];
        for (reason, denials) in denied.into_iter().filter(|(_, denials)| *denials > 0) {
            counter!(names::DENIALS, "call" => name.clone(), "reason" => reason).increment(denials.into());
        }
        if let Some(priority) = totals.shed {
            counter!(names::SHED, "call" => name.clone(), "priority" => priority.as_str()).increment(1);
        }
        if totals.retries > 0 {
            histogram!(names::RETRIES, "call" => name.clone()).record(f64::from(totals.retries));
            histogram!(names::RETRY_DELAY, "call" => name.clone()).record(totals.retry_delay);
        }
        if totals.hedges > 0 {
            counter!(names::HEDGES_STARTED, "call" => name.clone()).increment(totals.hedges.into());
            counter!(names::HEDGES_WON, "call" => name.clone()).increment(totals.hedges_won.into());
            histogram!(names::HEDGES, "call" => name).record(f64::from(totals.hedges));
        }
    }

    fn event(&self, call: &CallInfo, timed: &TimedEvent) {
        let name = || call.name().to_owned();
        match timed.event {
            Event::CircuitChanged { to, cause, .. } => {
                counter!(names::TRANSITIONS, "call" => name(), "to" => to.as_str(), "cause" => cause.as_str())
                    .increment(1);
            }
            Event::LimitChanged { change } => {
                counter!(names::LIMIT_CHANGES, "call" => name(), "reason" => change.reason.as_str()).increment(1);
            }
            _ => {}
        }
    }

    fn fallback(&self, call: &CallInfo, event: &FallbackEvent) {
        let FallbackEvent::Ended { reason, outcome, .. } = event else { return };
        // An ignored call has not failed, so its fallback spares nobody an error.
        if *reason != EndReason::Ignored {
            counter!(names::FALLBACKS, "call" => call.name().to_owned(), "outcome" => outcome.as_str()).increment(1);
        }
    }

    fn breaker(&self, _: &Key, event: BreakerEvent) {
        // The key may be one of a million, so it is no label.
        counter!(names::OPERATIONS, "action" => event.as_str()).increment(1);
    }

    fn evicted(&self, _: &Key, _: &LostState) {
        counter!(names::EVICTIONS).increment(1);
    }

    fn policy_changed(&self, _: &Key, _: &PolicyChange) {
        counter!(names::POLICY_CHANGES).increment(1);
    }

    fn policies_refused(&self, _: &str) {
        counter!(names::POLICY_REFUSALS).increment(1);
    }

    fn policies_outage(&self, event: &OutageEvent) {
        if let OutageEvent::Began { .. } = event {
            counter!(names::POLICY_OUTAGES).increment(1);
        }
    }
}
