//! The decision about a hedge: the trigger says when it starts, the circuit and the budget whether.

use crate::backoff;
use crate::call::in_flight::HedgeSummary;
use crate::call::lifecycle::CallView;
use crate::call::state::CallState;
use crate::concurrency::{Full, Share};
use crate::executor::{AttemptSlot, ResolvedSite, SiteHedging};
use crate::hedge::{ASK_AGAIN, HedgeDecision, HedgeState};
use crate::observe::HedgeDenial;
use crate::outcome::Class;
use crate::time::Instant;
use std::time::Duration;

/// The answer to "does a hedge start now?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HedgeAnswer {
    /// Yes: it is admitted and paid for.
    Start,
    /// Not yet: ask again at that moment.
    AskAt(Instant),
    /// Not in this group.
    Never,
}

/// Decides whether a hedge starts now. None starts at `limit`, or after it.
///
/// # Design notes
///
/// After a denial the hedge is asked for again once the last attempt has run twice as long. While the budget is low, only calls beyond the
/// percentile that the budget can pay for are hedged. So a budget below the percentile's own rate is spent on the stalls.
pub(super) fn decide(
    settings: &SiteHedging,
    site: &ResolvedSite,
    state: &mut CallState,
    hedges: HedgeSummary,
    limit: Option<Instant>,
    now: Instant,
) -> HedgeAnswer {
    let max_hedges = settings.policy.max_hedges;
    if state.hedging_is_stopped() || state.is_probe() || hedges.launched >= max_hedges {
        return HedgeAnswer::Never;
    }
    if limit.is_some_and(|limit| now >= limit) {
        return HedgeAnswer::Never;
    }
    let (group_start, call_start) = state.start_clock(|| now);
    let last = hedges.last.unwrap_or(group_start);
    let ran = now.saturating_duration_since(last);
    // A hedge that was denied is not asked for before its time, so that the trigger is not asked at every wake.
    let least = state.least_hedge_delay();
    if ran < least {
        return HedgeAnswer::AskAt(last.saturating_add(least));
    }
    // The dependency asked every caller to wait, not only the attempt that it told.
    if let Some(not_before) = hedges.not_before.filter(|not_before| now < *not_before) {
        return HedgeAnswer::AskAt(not_before);
    }
    let asked = HedgeState::new(call_start, group_start, last, now, hedges.launched, max_hedges, &*settings.latency);
    match settings.trigger.decide(&asked) {
        // Whatever wakes the task later: a trigger that draws lots would hedge the more, the more often it is asked.
        HedgeDecision::Never => return never_in_this_group(state),
        HedgeDecision::After(Duration::ZERO) => return HedgeAnswer::AskAt(now.saturating_add(ASK_AGAIN)),
        HedgeDecision::After(later) => return HedgeAnswer::AskAt(now.saturating_add(later.max(LEAST_WAIT))),
        HedgeDecision::Now => {}
    }
    if let Some(least) = settings.least_delay().filter(|least| ran < *least) {
        return HedgeAnswer::AskAt(last.saturating_add(least));
    }
    // The circuit before the budget: what the circuit refuses is not paid for.
    let mut admission = None;
    if let Some(circuit) = &site.circuit {
        let (admitted, changed) = circuit.admit_hedge(now);
        state.circuit_changed(changed);
        let Some(admitted) = admitted else {
            state.hedge_refused();
            return HedgeAnswer::Never;
        };
        admission = Some(admitted);
    }
    // The budget last: a hedge that has no room costs nothing.
    let denied = match free_slot(site, state.share(), now) {
        Err(_) => HedgeDenial::Concurrency,
        Ok(_) if !rate_allows(site, state, now) => HedgeDenial::Rate,
        Ok(slot) if settings.budget.withdraw(now) => {
            state.hedge_granted(admission, slot);
            return HedgeAnswer::Start;
        }
        Ok(_) => {
            state.give_back_unused();
            HedgeDenial::Budget
        }
    };
    // Denied for now: ordinary calls have ended when this one has run twice as long.
    state.hedge_denied(denied, ran.saturating_mul(2).max(LEAST_WAIT));
    HedgeAnswer::AskAt(last.saturating_add(state.least_hedge_delay()))
}

/// Takes a slot for a hedge, if the site has such a limit and no call around holds one. A hedge does not wait: it is there to be quick.
fn free_slot(site: &ResolvedSite, share: Share, now: Instant) -> Result<Option<AttemptSlot>, Full> {
    let concurrency = site.limits.as_ref().and_then(|limits| limits.concurrency.as_ref());
    match concurrency.filter(|concurrency| !concurrency.is_held_around()) {
        Some(concurrency) => concurrency.take(share, || now).map(Some),
        None => Ok(None),
    }
}

/// Takes a hedge of the rate, if the site has one.
fn rate_allows(site: &ResolvedSite, state: &mut CallState, now: Instant) -> bool {
    let rate = site.limits.as_ref().and_then(|limits| limits.rate.as_ref());
    rate.is_none_or(|rate| state.claim_rate_for_hedge(rate, now))
}

impl CallView<'_> {
    /// Returns the moment before which no further hedge of the group starts, if a failure of this class asked to wait. Hedges are spread like
    /// retries: many callers may have been told the same time.
    pub(super) fn not_before(&mut self, class: Class) -> Option<Instant> {
        let Class::Retryable { after: Some(after) } = class else { return None };
        let (site, now) = (self.site, Instant::now());
        let left = self.state().deadline(site).map(|deadline| deadline.saturating_duration_since(now));
        Some(now.saturating_add(backoff::spread(&site.retry, after, left)))
    }
}

/// The least time that a call waits before it asks again. A wait of nothing would be over at once, and the call would spin.
const LEAST_WAIT: Duration = Duration::from_millis(1);

fn never_in_this_group(state: &mut CallState) -> HedgeAnswer {
    state.stop_hedging();
    HedgeAnswer::Never
}
