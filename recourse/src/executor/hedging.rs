//! Whether a hedge starts: the trigger says when, the budget says whether.

use crate::executor::circuit::Circuit;
use crate::executor::group::Facts;
use crate::executor::ledger::Ledger;
use crate::executor::purse::Purse;
use crate::hedge::{ASK_AGAIN, HedgeDecision, HedgeState, LatencyTracker, Trigger};
use crate::observe::AttemptOutcome;
use crate::sync::{Arc, AtomicU32, Ordering};
use crate::time::Instant;
use recourse_policy::HedgePolicy;
use std::time::Duration;

/// How the calls of one site hedge.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(super) trigger: Arc<dyn Trigger>,
    pub(super) policy: HedgePolicy,
    pub(super) purse: Purse,
    pub(super) latency: Arc<dyn LatencyTracker>,
    /// One call in so many is timed.
    pub(super) sample: u32,
    /// Calls so far, by a racy count.
    pub(super) calls: AtomicU32,
}

/// The answer to "does a hedge start now?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Yes; it is paid for.
    Granted,
    /// Ask again then.
    At(Instant),
    /// Not in this group.
    Never,
}

impl Rule {
    /// True for the calls whose attempts are timed. Always, unless sampling is on.
    pub(super) fn is_sampled(&self) -> bool {
        if self.sample <= 1 {
            return true;
        }
        // Load and store instead of a locked addition: two threads that count one call are no harm to a sample.
        let calls = self.calls.load(Ordering::Relaxed);
        self.calls.store(calls.wrapping_add(1), Ordering::Relaxed);
        calls.is_multiple_of(self.sample)
    }

    /// Records how long an attempt took, or ran until it was lost.
    ///
    /// What was lost or cut would have run on, nobody knows how long; it counts for a quarter more. Counted for what it ran, a
    /// hedge rate of 1 % becomes 1.27 % on a heavy tail, because the hedges hide the very times that the percentile lies
    /// between; with a quarter more it is 1.08 % there, and 0.93 to 1.01 % on exponential and uniform tails and on rare stalls
    /// (200,000 calls each).
    ///
    /// Leaving the losers out would turn a hedge rate of 1 % into 2.5 %. A failure faster than the median says nothing, or an
    /// outage that fails fast would become a hedge storm when it is over.
    pub(super) fn observe(&self, since: Instant, outcome: AttemptOutcome, now: Instant) {
        let took = now.saturating_duration_since(since);
        let failed = matches!(outcome, AttemptOutcome::Retryable | AttemptOutcome::NonRetryable);
        if failed && self.latency.percentile(50).is_none_or(|half| took < half) {
            return;
        }
        let unfinished =
            matches!(outcome, AttemptOutcome::Cancelled | AttemptOutcome::AttemptTimeout | AttemptOutcome::Timeout);
        self.latency.observe(if unfinished { took.saturating_mul(5) / 4 } else { took }, now);
    }

    /// The same of a call that its caller dropped, as a race drops its losers. When that was has nothing to do with the call,
    /// so a time below the median would only make everything look faster than it is.
    pub(super) fn observe_abandoned(&self, since: Instant, now: Instant) {
        if self.latency.percentile(50).is_some_and(|half| now.saturating_duration_since(since) >= half) {
            self.observe(since, AttemptOutcome::Cancelled, now);
        }
    }

    /// While the budget is low, hedges are kept for those calls that are slower than the budget could pay for all of: spent
    /// on ordinary calls, it would miss the stalls.
    fn reserved(&self) -> Option<Duration> {
        let share = self.policy.budget.percent;
        let percentile = 100u32.saturating_sub(share).clamp(50, 99);
        self.purse.is_low().then(|| self.latency.percentile(percentile)).flatten()
    }
}

/// Asks for a hedge. None starts at `limit`, or after it.
pub(super) fn ask(
    rule: &Rule,
    circuit: Option<&Circuit>,
    ledger: &mut Ledger,
    group: Facts,
    limit: Option<Instant>,
    now: Instant,
) -> Ask {
    if ledger.hedging_is_stopped() || ledger.is_probe() || group.launched >= rule.policy.max_hedges {
        return Ask::Never;
    }
    if limit.is_some_and(|limit| now >= limit) {
        return Ask::Never;
    }
    let (group_start, call_start) = ledger.begins(|| now);
    let last = group.last.unwrap_or(group_start);
    let raised = ledger.hedge_raised_to();
    let elapsed = now.saturating_duration_since(last);
    if elapsed < raised {
        return Ask::At(last.saturating_add(raised));
    }
    let (launched, max_hedges) = (group.launched, rule.policy.max_hedges);
    let state = HedgeState::new(call_start, group_start, last, now, launched, max_hedges, &*rule.latency);
    match rule.trigger.decide(&state) {
        HedgeDecision::Never => Ask::Never,
        HedgeDecision::After(Duration::ZERO) => Ask::At(now.saturating_add(ASK_AGAIN)),
        HedgeDecision::After(later) => Ask::At(now.saturating_add(later)),
        HedgeDecision::Now => match rule.reserved() {
            Some(reserved) if elapsed < reserved => Ask::At(last.saturating_add(reserved)),
            _ => {
                let mut pass = None;
                if let Some(circuit) = circuit {
                    let (admitted, changed) = circuit.admit_hedge(now);
                    ledger.circuit_changed(changed);
                    let Some(admitted) = admitted else { return Ask::Never };
                    pass = Some(admitted);
                }
                if rule.purse.withdraw(now) {
                    ledger.hedge_granted(pass);
                    return Ask::Granted;
                }
                // Denied: not for good, but until it has been running twice as long. Ordinary calls have ended by then.
                ledger.hedge_denied(elapsed.saturating_mul(2));
                Ask::At(last.saturating_add(ledger.hedge_raised_to()))
            }
        },
    }
}
