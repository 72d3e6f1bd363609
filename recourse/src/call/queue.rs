//! The wait for a slot of the key, before an attempt starts.
//!
//! # Design notes
//!
//! - The first attempt of a guarded function exists while its call is in the queue, and is not polled: the function has made it, so
//!   that its loop need not know of queues. A closure is called, and a service asked, when the slot is there.
//! - A call in the queue has started no attempt: nothing is reported, timed or counted for one.

use crate::call::data::CallData;
use crate::call::lifecycle::CallView;
use crate::call::state::{CallState, Denial};
use crate::call::wait::Waiting;
use crate::circuit::PackedState;
use crate::concurrency::Full;
use crate::context::{self, Marks};
use crate::error::{Rejected, RejectionKind};
use crate::observe::EndReason;
use crate::time::Instant;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

impl CallData {
    /// True while the call waits for the slot of its next attempt.
    #[inline]
    pub(super) fn is_queued(&self) -> bool {
        self.state().is_some_and(CallState::is_queued)
    }

    /// Begins a poll off the fast path. Returns the state of the circuit, unless the call is in the queue for the slot of an attempt that
    /// was made already: `Err` with how that wait goes on, or has ended.
    #[cold]
    #[inline(never)]
    pub(super) fn begin_slow_poll(
        mut self: Pin<&mut Self>,
        attempt_is_made: bool,
        cx: &mut Context<'_>,
    ) -> Result<PackedState, Poll<Rejected>> {
        if attempt_is_made && self.is_queued() {
            let mut view = self.as_mut().view();
            match view.poll_queue(cx) {
                Poll::Pending => return Err(Poll::Pending),
                Poll::Ready(Err(rejected)) => return Err(Poll::Ready(rejected)),
                Poll::Ready(Ok(())) => {
                    view.launched();
                }
            }
        }
        Ok(self.site().circuit_state())
    }
}

impl CallView<'_> {
    /// Waits for the slot for which the call is in the queue. The call ends there if its time, or the wait, is over; and if its circuit has opened
    /// meanwhile.
    pub(super) fn poll_queue(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Rejected>> {
        let site = self.site;
        loop {
            let Some(timed) = self.state.as_mut().as_pin_mut() else { return Poll::Ready(Ok(())) };
            let timed = timed.project();
            let Some(place) = timed.state.queued() else { return Poll::Ready(Ok(())) };
            let until = place.until();
            match place.poll(cx.waker(), Instant::now()) {
                Poll::Pending => ready!(timed.timer.poll_until(until, &Waiting(site), cx)),
                Poll::Ready(answer) => {
                    timed.state.leave_queue();
                    // Asked for both answers: the end of the call's time says more than the end of its wait.
                    if site.rejects && timed.state.is_late(site) {
                        drop(answer);
                        timed.state.give_back(site);
                        return Poll::Ready(Err(self.timed_out()));
                    }
                    let claimed = match answer {
                        Ok(slot) => timed.state.slot_came(slot, site),
                        Err(full) => {
                            timed.state.slot_denied(full);
                            Err(Denial::Full(full))
                        }
                    };
                    return Poll::Ready(claimed.map_err(|denial| self.denied(denial)));
                }
            }
        }
    }

    /// An attempt may not start, and the call ends without an outcome.
    pub(super) fn denied(&mut self, denial: Denial) -> Rejected {
        match denial {
            Denial::Circuit(refusal) => self.refused(refusal),
            Denial::Full(full) => self.full(full),
        }
    }

    /// There is no slot for the next attempt.
    fn full(&mut self, full: Full) -> Rejected {
        let site = self.site;
        let state = self.state_before_first();
        state.give_back(site);
        state.end_recording(EndReason::Full, Some(RejectionKind::Full));
        let rejected = state.full(site, full);
        // A call that has made no attempt has multiplied nothing.
        if rejected.attempts() > 0 && site.retry.repeats() {
            context::mark(Marks::NESTED);
        }
        self.state.set(None);
        rejected
    }
}
