//! Everything in a call that waits for a moment, on the call's one timer: the limits of attempts and of the call, the start of a hedge,
//! and the delay before a retry.

use crate::call::hedge::{self, HedgeAnswer};
use crate::call::in_flight::{HedgeLaunch, HedgeSummary};
use crate::call::lifecycle::{Action, CallView, POLLED_AFTER_END};
use crate::call::state::CallState;
use crate::context;
use crate::executor::ResolvedSite;
use crate::time::Instant;
use std::fmt;
use std::task::{Context, Poll, ready};

/// What a call waits for while all its attempts are pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimerEvent {
    /// The oldest attempt reaches its limit.
    AttemptTimeout,
    /// The call reaches its limit.
    CallTimeout,
    /// A hedge starts: it is admitted and paid for.
    Hedge,
}

impl CallView<'_> {
    /// Waits, while all attempts are pending, for the first limit or for a hedge.
    pub(super) fn poll_event(
        &mut self,
        primary_runs: bool,
        hedges: HedgeSummary,
        cx: &mut Context<'_>,
    ) -> Poll<TimerEvent> {
        let site = self.site;
        loop {
            let state = self.state();
            // If hedges ask for the time anyway, the clock is read once for all.
            let hedging = site.hedge.as_ref().map(|settings| (settings, Instant::now()));
            let begun = state.start_clock(|| hedging.map_or_else(Instant::now, |(_, now)| now));
            let limit = first_limit(begun, site, state, primary_runs, hedges);
            let hedge = hedging.map(|(settings, now)| {
                let limit = limit.map(|(at, _)| at);
                hedge::decide(settings, site, state, hedges, limit, now)
            });
            let (at, event) = match (hedge, limit) {
                (Some(HedgeAnswer::Start), _) => return Poll::Ready(TimerEvent::Hedge),
                // A hedge that would start at a limit, or after it, is of no use.
                (Some(HedgeAnswer::AskAt(at)), limit) if limit.is_none_or(|(limit, _)| at < limit) => {
                    (at, TimerEvent::Hedge)
                }
                (_, Some(limit)) => limit,
                (_, None) => return Poll::Pending,
            };
            let Some(timed) = self.state.as_mut().as_pin_mut() else { return Poll::Pending };
            ready!(timed.project().timer.poll_until(at, &Waiting(site), cx));
            // When the moment of a hedge has come, the hedge is asked for once more.
            if event != TimerEvent::Hedge {
                return Poll::Ready(event);
            }
        }
    }

    /// True if there is something to wait for while all attempts are pending.
    pub(super) fn waits(&mut self) -> bool {
        // The first poll decides whether there is a deadline around the call, so the state that keeps it is made now.
        if self.is_first_poll && context::limits().any() {
            self.state();
        }
        let site = self.site;
        let has_limit =
            |state: &CallState| state.outer().is_some_and(|_| site.rejects) || state.timeout(site).is_some();
        site.waits() || self.state.as_ref().as_pin_ref().is_some_and(|timed| has_limit(&timed.state))
    }

    /// Returns which limit of an attempt is over: the first of its own and that of the call; `None` if it has time left. Some deadline is over
    /// at this moment, so those that end with it count as over.
    pub(super) fn limit_over(&mut self, hedge: Option<HedgeLaunch>) -> Option<TimerEvent> {
        let site = self.site;
        let state = self.state();
        let now = Instant::now();
        let begun = state.start_clock(|| now);
        let oldest = HedgeSummary { oldest: hedge.map(|hedge| hedge.at), ..HedgeSummary::default() };
        let (at, event) = first_limit(begun, site, state, hedge.is_none(), oldest)?;
        context::ends_with(at, now).then_some(event)
    }

    /// Waits for the end of the delay before a retry, if there is one, and then asks for the attempt. The call ends there instead if its
    /// time is up by then, because its thread was held up, or if its circuit has opened meanwhile: no attempt starts after the deadline.
    ///
    /// # Panics
    ///
    /// Panics if the call has ended: there is nothing to wait for.
    #[cold]
    pub(super) fn poll_delay(&mut self, cx: &mut Context<'_>) -> Poll<Action> {
        let site = self.site;
        let timed = self.state.as_mut().as_pin_mut().expect(POLLED_AFTER_END).project();
        if let Some(at) = timed.state.retry_at() {
            ready!(timed.timer.poll_until(at, &Waiting(site), cx));
            if site.rejects && timed.state.is_late(site) {
                timed.state.give_back(site);
                return Poll::Ready(Action::Reject(self.timed_out()));
            }
            if let Err(denial) = timed.state.claim(site, Instant::now) {
                return Poll::Ready(Action::Reject(self.denied(denial)));
            }
            timed.state.delay_is_over();
        }
        if timed.state.is_queued() {
            if let Err(rejected) = ready!(self.poll_queue(cx)) {
                return Poll::Ready(Action::Reject(rejected));
            }
        }
        self.state().delay_is_over();
        Poll::Ready(Action::Launch)
    }
}

/// The name of a call that waits, for the panic of one that is outside of a runtime.
pub(super) struct Waiting<'a>(pub(super) &'a ResolvedSite);

impl fmt::Display for Waiting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the guarded call `{}`", self.0.key)
    }
}

/// The limit that is reached first, and when.
fn first_limit(
    begun: (Instant, Instant),
    site: &ResolvedSite,
    state: &CallState,
    primary_runs: bool,
    hedges: HedgeSummary,
) -> Option<(Instant, TimerEvent)> {
    let (primary, call) = begun;
    let oldest = if primary_runs { Some(primary) } else { hedges.oldest };
    let attempt = oldest.zip(site.attempt_timeout).map(|(since, timeout)| since.saturating_add(timeout));
    let own = state.timeout(site).map(|timeout| call.saturating_add(timeout));
    let call = own.into_iter().chain(state.outer().filter(|_| site.rejects)).min();
    match (attempt, call) {
        (Some(attempt), Some(call)) if attempt < call => Some((attempt, TimerEvent::AttemptTimeout)),
        (_, Some(call)) => Some((call, TimerEvent::CallTimeout)),
        (attempt, None) => attempt.map(|attempt| (attempt, TimerEvent::AttemptTimeout)),
    }
}
