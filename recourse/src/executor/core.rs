//! The part of a call that is made when not all goes well at once: an attempt has to wait, or failed, or somebody looks.
//!
//! It keeps the ledger and the timer. A call whose first attempt succeeds at its first poll never makes one, so what it
//! pays for all of this is two comparisons.

use crate::error::{Rejected, RejectionKind};
use crate::executor::handle::Handle;
use crate::executor::ledger::{Ledger, Overdue};
use crate::executor::retry;
use crate::observe::{AttemptOutcome, Reason, Tape};
use crate::outcome::Class;
use crate::time::Timer;
use pin_project_lite::pin_project;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

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

/// How a finished attempt leaves the call.
#[derive(Debug)]
pub(super) enum Next {
    /// The outcome is the call's.
    Done,
    /// The call ends, and there is no outcome.
    Rejected(Rejected),
    /// There is another attempt, now or after a delay.
    Again,
}

/// The gate: starts the recording where one is wanted, and says no where the call must not run.
#[cold]
pub(super) fn gate(mut slot: Slot<'_>, handle: &Handle) -> Option<Rejected> {
    if let Some(tape) = Tape::start(&handle.key, &handle.effective, &handle.audience) {
        ledger(&mut slot, 0).record_on(tape);
    }
    if !handle.denied {
        return None;
    }
    let ledger = ledger(&mut slot, 0);
    ledger.ended(Reason::NoPolicy);
    let rejected = ledger.rejection(handle, RejectionKind::NoPolicy, None);
    slot.set(None);
    Some(rejected)
}

/// A further attempt has been started, or the first of a call that is recorded.
#[cold]
pub(super) fn launched(mut slot: Slot<'_>) {
    ledger(&mut slot, 0).launched();
}

/// True where the text of a failure will be read: somebody looks, or a later attempt may end without an error.
pub(super) fn wants_text(slot: &Slot<'_>, handle: &Handle) -> bool {
    handle.is_timed() || slot.as_ref().as_pin_ref().is_some_and(|core| core.ledger.is_recorded())
}

/// Waits, while an attempt is pending, for the limit it reaches first.
pub(super) fn overdue(mut slot: Slot<'_>, handle: &Handle, cx: &mut Context<'_>) -> Poll<Overdue> {
    let Some((due, overdue)) = ledger(&mut slot, 1).limit(handle) else { return Poll::Pending };
    match slot.as_pin_mut() {
        Some(core) => core.project().timer.poll_until(due, cx).map(|()| overdue),
        None => Poll::Pending,
    }
}

/// Waits for the end of the delay before a retry, where there is one.
///
/// # Panics
///
/// When the call has ended: there is nothing to wait for.
#[cold]
pub(super) fn delay(slot: Slot<'_>, cx: &mut Context<'_>) -> Poll<()> {
    let core = slot.as_pin_mut().expect("a guarded call was polled after it had ended").project();
    if let Some(due) = core.ledger.delayed_until() {
        ready!(core.timer.poll_until(due, cx));
    }
    core.ledger.delay_is_over();
    Poll::Ready(())
}

/// The attempt has an outcome, of which `text` is the error's text where [`wants_text`].
#[cold]
pub(super) fn finished(mut slot: Slot<'_>, handle: &Handle, class: Class, text: Option<String>) -> Next {
    let ledger = ledger(&mut slot, 1);
    let (outcome, verdict) = retry::outcome(class);
    ledger.attempt_ended(outcome, text);
    if class == Class::Success && ledger.is_first_attempt() {
        handle.purse.deposit();
    }
    let reason = match verdict {
        ControlFlow::Break(reason) => reason,
        ControlFlow::Continue(after) => match ledger.again(handle, after) {
            ControlFlow::Break(reason) => reason,
            ControlFlow::Continue(()) => return Next::Again,
        },
    };
    ledger.ended(reason);
    slot.set(None);
    Next::Done
}

/// The attempt was cut, by its own limit or the call's.
#[cold]
pub(super) fn timed_out(mut slot: Slot<'_>, handle: &Handle, overdue: Overdue) -> Next {
    let ledger = ledger(&mut slot, 1);
    let (reason, kind, limit) = match overdue {
        Overdue::Call => {
            ledger.attempt_ended(AttemptOutcome::Timeout, None);
            (Reason::Timeout, RejectionKind::Timeout, handle.timeout)
        }
        Overdue::Attempt => {
            ledger.attempt_ended(AttemptOutcome::AttemptTimeout, None);
            match ledger.again(handle, None) {
                ControlFlow::Continue(()) => return Next::Again,
                ControlFlow::Break(reason) => (reason, RejectionKind::AttemptTimeout, handle.attempt_timeout),
            }
        }
    };
    ledger.ended(reason);
    let rejected = ledger.rejection(handle, kind, limit);
    slot.set(None);
    Next::Rejected(rejected)
}

/// The caller dropped the call.
pub(super) fn cancelled(slot: Slot<'_>, handle: &Handle) {
    abandoned(slot, handle, AttemptOutcome::Cancelled, Reason::Cancelled);
}

/// The body, or a function of the user's, panicked.
pub(super) fn panicked(slot: Slot<'_>, handle: &Handle) {
    abandoned(slot, handle, AttemptOutcome::Panicked, Reason::Panicked);
}

fn abandoned(mut slot: Slot<'_>, handle: &Handle, running: AttemptOutcome, reason: Reason) {
    if let Some(core) = slot.as_mut().as_pin_mut() {
        core.project().ledger.abandoned(handle, running, reason);
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
