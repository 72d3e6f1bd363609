//! The part of a call that is made when not all goes well at once: an attempt has to wait, or failed, or somebody looks.
//!
//! It keeps the ledger and the timer. A call whose first attempt succeeds at its first poll never makes one, so what it
//! pays for all of this is two comparisons.

use crate::circuit;
use crate::error::{Rejected, RejectionKind};
use crate::executor::circuit::Denied;
use crate::executor::group::{Facts, Launched};
use crate::executor::handle::{Gate, Handle};
use crate::executor::hedging::{self, Ask};
use crate::executor::ledger::Ledger;
use crate::executor::retry;
use crate::observe::{AttemptOutcome, EndReason, Recorder};
use crate::outcome::Class;
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

pin_project! {
    /// Ledger and timer of one call.
    #[derive(Debug)]
    pub(super) struct Core {
        ledger: Ledger,
        #[pin]
        timer: Timer,
    }
}

/// Where a call keeps its core.
pub(super) type Slot<'a> = Pin<&'a mut Option<Core>>;

/// What a call waits for while all its attempts are pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The oldest attempt reaches its limit.
    Attempt,
    /// The call reaches its limit.
    Call,
    /// A hedge was granted.
    Hedge,
}

/// The gate: starts the recording where one is wanted, and says no where the call must not run.
#[cold]
pub(super) fn gate(mut slot: Slot<'_>, handle: &Handle) -> Option<Rejected> {
    let word = handle.front.load();
    // Most refusals: nobody looks, and nothing but the front of the breaker has to be asked.
    if !Recorder::is_wanted(handle.gate == Gate::Attended)
        && let Some(left) = handle.front.remaining_cooldown(Instant::now)
    {
        return Some(Rejected::by_circuit(handle.key.clone(), circuit::DecisionReason::Open, Some(left)));
    }

    if let Some(tape) = Recorder::start(&handle.key, &handle.effective, &handle.audience) {
        ledger(&mut slot, 0).record_on(tape);
    }
    if handle.hedge.as_ref().is_some_and(hedging::Rule::is_sampled) {
        ledger(&mut slot, 0).track();
    }
    if handle.denied {
        let ledger = ledger(&mut slot, 0);
        ledger.ended(EndReason::NoPolicy);
        let rejected = ledger.rejection(handle, RejectionKind::NoPolicy, None);
        slot.set(None);
        return Some(rejected);
    }
    if word.is_timed() {
        ledger(&mut slot, 0).time();
    }
    let circuit = handle.circuit.as_ref()?;
    let admitted = if slot.is_some() {
        ledger(&mut slot, 0).admit(handle, Instant::now)
    } else if word.is_closed() {
        // Nothing else is known of the call; its first poll finds out what it belongs to.
        Ok(())
    } else {
        // Nobody looks, so a change of state is told to nobody.
        let (pass, _) = circuit.admit(Instant::now);
        pass.map(|pass| ledger(&mut slot, 0).keep(pass))
    };
    let denied = admitted.err()?;
    Some(refused(slot, handle, denied))
}

/// The circuit ends a call of which no attempt is running, and perhaps nothing is known.
fn refused(mut slot: Slot<'_>, handle: &Handle, denied: Denied) -> Rejected {
    if slot.is_none() {
        return Rejected::by_circuit(handle.key.clone(), denied.reason, denied.retry_after);
    }
    let ledger = ledger(&mut slot, 0);
    ledger.give_back(handle);
    ledger.ended(EndReason::CircuitOpen);
    let rejected = ledger.refusal(handle, denied);
    slot.set(None);
    rejected
}

/// The first attempt has been polled, or is about to be, in this generation of the circuit; and not all went well at once.
#[cold]
pub(super) fn begun(mut slot: Slot<'_>, generation: u32) {
    ledger(&mut slot, 1).counts_in(generation);
}

/// The attempt that was just launched is the last one: there is nothing to make another one of.
#[cold]
pub(super) fn sealed(mut slot: Slot<'_>, handle: &Handle) {
    if slot.is_none() {
        begun(slot.as_mut(), handle.circuit_word().counted_generation());
    }
    ledger(&mut slot, 1).seal();
}

/// A further attempt has been started, or the first of a call that is recorded. A hedge is told its number, and when.
#[cold]
pub(super) fn launched(mut slot: Slot<'_>, handle: &Handle) -> Option<Launched> {
    ledger(&mut slot, 0).launched(handle)
}

/// True where the text of a failure will be read: somebody looks, or a later attempt may end without an error.
pub(super) fn wants_text(slot: &Slot<'_>, handle: &Handle) -> bool {
    let may_be_refused = handle.circuit.is_some() && handle.retry.repeats();
    handle.is_timed() || may_be_refused || slot.as_ref().as_pin_ref().is_some_and(|core| core.ledger.is_recorded())
}

/// Waits, while all attempts are pending, for what comes first: a limit, or a hedge.
pub(super) fn due(
    mut slot: Slot<'_>,
    handle: &Handle,
    primary_runs: bool,
    group: Facts,
    cx: &mut Context<'_>,
) -> Poll<Due> {
    loop {
        let ledger = ledger(&mut slot, 1);
        // Where hedges ask for the time anyway, it is read once for all.
        let hedge = handle.hedge.as_ref().map(|rule| (rule, Instant::now()));
        let begun = ledger.begins(|| hedge.map_or_else(Instant::now, |(_, now)| now));
        let limit = limit(begun, handle, primary_runs, group);
        let hedge = hedge.map(|(rule, now)| {
            hedging::ask(rule, handle.circuit.as_deref(), ledger, group, limit.map(|(at, _)| at), now)
        });
        let (at, due) = match (hedge, limit) {
            (Some(Ask::Granted), _) => return Poll::Ready(Due::Hedge),
            // A hedge that would start at a limit, or after it, is of no use.
            (Some(Ask::At(at)), limit) if limit.is_none_or(|(limit, _)| at < limit) => (at, Due::Hedge),
            (_, Some(limit)) => limit,
            (_, None) => return Poll::Pending,
        };
        let Some(core) = slot.as_mut().as_pin_mut() else { return Poll::Pending };
        ready!(core.project().timer.poll_until(at, cx));
        if due != Due::Hedge {
            return Poll::Ready(due);
        }
    }
}

/// The limit that is reached first, and when.
fn limit(begun: (Instant, Instant), handle: &Handle, primary_runs: bool, group: Facts) -> Option<(Instant, Due)> {
    let (primary, call) = begun;
    let oldest = if primary_runs { Some(primary) } else { group.oldest };
    let attempt = oldest.zip(handle.attempt_timeout).map(|(since, timeout)| since.saturating_add(timeout));
    let call = handle.timeout.map(|timeout| call.saturating_add(timeout));
    match (attempt, call) {
        (Some(attempt), Some(call)) if attempt < call => Some((attempt, Due::Attempt)),
        (_, Some(call)) => Some((call, Due::Call)),
        (attempt, None) => attempt.map(|attempt| (attempt, Due::Attempt)),
    }
}

/// Waits for the end of the delay before a retry, where there is one. A call whose time is up when it is over (its thread
/// was held up) ends there: no attempt starts after the deadline. So does one whose circuit has opened meanwhile.
///
/// # Panics
///
/// When the call has ended: there is nothing to wait for.
#[cold]
pub(super) fn delay(mut slot: Slot<'_>, handle: &Handle, cx: &mut Context<'_>) -> Poll<Option<Rejected>> {
    let core = slot.as_mut().as_pin_mut().expect("a guarded call was polled after it had ended").project();
    if let Some(due) = core.ledger.delayed_until() {
        ready!(core.timer.poll_until(due, cx));
        if core.ledger.is_late(handle) {
            core.ledger.give_back(handle);
            return Poll::Ready(timed_out(slot, handle, Due::Call));
        }
        if let Err(denied) = core.ledger.admit(handle, Instant::now) {
            return Poll::Ready(Some(refused(slot, handle, denied)));
        }
    }
    core.ledger.delay_is_over();
    Poll::Ready(None)
}

/// An attempt has an outcome, of which `text` is the error's text where [`wants_text`]. `hedge` is `None` for the primary.
#[cold]
pub(super) fn attempt_ended(
    mut slot: Slot<'_>,
    handle: &Handle,
    hedge: Option<Launched>,
    class: Class,
    text: Option<String>,
) {
    attempt_gone(&mut slot, handle, hedge, retry::outcome(class).0, text, true);
    if matches!(class, Class::NonRetryable | Class::Ignore) {
        ledger(&mut slot, 1).stop_hedging();
    }
}

/// An attempt is gone without an outcome. Where it was cut, or lost to another, it counts how long it ran.
#[cold]
pub(super) fn attempt_dropped(
    mut slot: Slot<'_>,
    handle: &Handle,
    hedge: Option<Launched>,
    outcome: AttemptOutcome,
    counts: bool,
) {
    attempt_gone(&mut slot, handle, hedge, outcome, None, counts);
}

fn attempt_gone(
    slot: &mut Slot<'_>,
    handle: &Handle,
    hedge: Option<Launched>,
    outcome: AttemptOutcome,
    text: Option<String>,
    counts: bool,
) {
    let ledger = ledger(slot, 1);
    let (number, since) = hedge.map_or_else(|| ledger.primary(), |hedge| (hedge.number, Some(hedge.at)));
    ledger.attempt_ended(number, outcome, text);
    let mut now = None;
    let mut clock = || *now.get_or_insert_with(Instant::now);
    // One sample a group, its primary: how long it took, or ran until it was lost. A hedge would add a short sample beside
    // each long one, at the same moment, and the percentile would drift down.
    if let (true, None, Some(since), Some(rule)) = (ledger.is_tracked(), hedge, since, &handle.hedge) {
        if counts {
            rule.observe(since, outcome, clock());
        } else if outcome == AttemptOutcome::Cancelled {
            rule.observe_abandoned(since, clock());
        }
    }
    if let Some(circuit) = &handle.circuit {
        let pass = ledger.pass(number, hedge);
        let changed = match retry::health(outcome) {
            Some(class) => circuit.ended(pass, class, since, clock),
            None if counts && outcome == AttemptOutcome::Cancelled => circuit.lost(pass, since, clock),
            // Abandoned, or none of the library's business: what it holds goes back, and nothing is judged.
            None => None,
        };
        ledger.circuit_changed(changed);
    }
}

/// The group is over, and this is what its outcome means. `after` is the longest time it asked for. The call ends with that
/// outcome, or continues with another group, now or after a delay.
#[cold]
pub(super) fn decided(mut slot: Slot<'_>, handle: &Handle, class: Class, after: Option<Duration>) -> ControlFlow<()> {
    let ledger = ledger(&mut slot, 1);
    let reason = match retry::outcome(class).1 {
        ControlFlow::Break(reason) => reason,
        ControlFlow::Continue(own) => match ledger.again(handle, after.max(own)) {
            ControlFlow::Break(reason) => reason,
            ControlFlow::Continue(()) => return ControlFlow::Continue(()),
        },
    };
    if reason == EndReason::Success && ledger.is_first_attempt() {
        handle.deposit();
    }
    ledger.ended(reason);
    slot.set(None);
    ControlFlow::Break(())
}

/// The group is over without any outcome: its attempts were cut, or the call was. `None` where the call goes on with another
/// group, now or after a delay.
#[cold]
pub(super) fn timed_out(mut slot: Slot<'_>, handle: &Handle, due: Due) -> Option<Rejected> {
    let ledger = ledger(&mut slot, 1);
    let (reason, kind, limit) = if due == Due::Call {
        (EndReason::Timeout, RejectionKind::Timeout, handle.timeout)
    } else {
        match ledger.again(handle, None) {
            ControlFlow::Continue(()) => return None,
            ControlFlow::Break(reason) => (reason, RejectionKind::AttemptTimeout, handle.attempt_timeout),
        }
    };
    ledger.ended(reason);
    let rejected = ledger.rejection(handle, kind, limit);
    slot.set(None);
    Some(rejected)
}

/// Why a call ends that is dropped. What is dropped by a panic while no attempt ran was about to make one: it is the making that
/// panicked.
pub(super) fn reason_of_drop(ran: bool) -> EndReason {
    if !ran && std::thread::panicking() { EndReason::Panicked } else { EndReason::Cancelled }
}

/// The call is dropped before its end, and with it the attempt that ran, where one did.
#[cold]
#[inline(never)]
pub(super) fn dropped(mut slot: Slot<'_>, handle: &Handle) {
    let Some(core) = slot.as_mut().as_pin_mut() else { return };
    let runs = core.project().ledger.primary_runs();
    if runs {
        attempt_gone(&mut slot, handle, None, AttemptOutcome::Cancelled, None, false);
    }
    abandoned(slot, handle, reason_of_drop(runs));
}

/// The call is dropped before its end, or something of the user's panicked; what ran is gone and told of.
pub(super) fn abandoned(mut slot: Slot<'_>, handle: &Handle, reason: EndReason) {
    if let Some(core) = slot.as_mut().as_pin_mut() {
        let ledger = core.project().ledger;
        ledger.give_back(handle);
        ledger.ended(reason);
    }
    slot.set(None);
}

/// The ledger, made where there is none: then so many attempts have started, and nothing else happened.
fn ledger<'a>(slot: &'a mut Slot<'_>, attempts: u8) -> &'a mut Ledger {
    if slot.is_none() {
        slot.set(Some(Core { ledger: Ledger::new(attempts), timer: Timer::new() }));
    }
    let core = slot.as_mut().as_pin_mut().expect("it was made in the line above, where there was none");
    core.project().ledger
}
