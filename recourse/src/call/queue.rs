//! The wait for a slot of the key, and for its rate, before an attempt starts.
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
use crate::context::{self, Marks};
use crate::error::Rejected;
use crate::time::Instant;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

impl CallData {
    /// True while the call waits for what its next attempt needs.
    #[inline]
    pub(super) fn is_queued(&self) -> bool {
        self.state().is_some_and(CallState::is_queued)
    }

    /// Begins a poll off the fast path. An attempt that was made and does not run yet is launched; before that, its call may have to wait in the
    /// queue for the slot. Returns the state of the circuit, or `Err` with how that wait goes on, or has ended.
    #[cold]
    #[inline(never)]
    pub(super) fn begin_slow_poll(
        mut self: Pin<&mut Self>,
        attempt_is_made: bool,
        cx: &mut Context<'_>,
    ) -> Result<PackedState, Poll<Rejected>> {
        if attempt_is_made && self.state().is_some_and(|state| !state.primary_runs()) {
            let is_queued = self.is_queued();
            let mut view = self.as_mut().view();
            if is_queued {
                match view.poll_queue(cx) {
                    Poll::Pending => return Err(Poll::Pending),
                    Poll::Ready(Err(rejected)) => return Err(Poll::Ready(rejected)),
                    Poll::Ready(Ok(())) => {}
                }
            }
            view.launched();
            if is_queued {
                view.first_begins();
            }
        }
        Ok(self.site().circuit_state())
    }
}

impl CallView<'_> {
    /// The first attempt begins, which was made before the call had to wait.
    fn first_begins(&mut self) {
        let site = self.site;
        self.state().first_begins(site);
    }

    /// Waits for the slot for which the call is in the queue, and then for the moment that the rate allows. The call ends there if its time, or the
    /// wait, is over; and if its circuit has opened meanwhile.
    pub(super) fn poll_queue(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Rejected>> {
        let site = self.site;
        loop {
            let Some(timed) = self.state.as_mut().as_pin_mut() else { return Poll::Ready(Ok(())) };
            let timed = timed.project();
            let came = if let Some(place) = timed.state.queued() {
                let until = place.until();
                match place.poll(cx.waker(), Instant::now()) {
                    Poll::Ready(answer) => Some(answer),
                    Poll::Pending => {
                        ready!(timed.timer.poll_until(until, &Waiting(site), cx));
                        continue;
                    }
                }
            } else if let Some(due) = timed.state.rate_due() {
                ready!(timed.timer.poll_until(due, &Waiting(site), cx));
                None
            } else {
                return Poll::Ready(Ok(()));
            };
            timed.state.leave_queue();
            // What is left may have become too little to begin with.
            if site.rejects && timed.state.has_too_little(site) {
                drop(came);
                timed.state.give_back(site);
                let left = timed.state.deadline(site).map(|until| until.saturating_duration_since(Instant::now()));
                return Poll::Ready(Err(self.expired(left)));
            }
            // Asked for every answer: the end of the call's time says more than the end of its wait.
            if site.rejects && timed.state.is_late(site) {
                drop(came);
                timed.state.give_back(site);
                return Poll::Ready(Err(self.timed_out()));
            }
            let claimed = match came {
                None => timed.state.rate_came(site),
                Some(Ok(slot)) => timed.state.slot_came(slot, site),
                Some(Err(full)) => {
                    timed.state.slot_denied(full);
                    Err(Denial::Full(full))
                }
            };
            if let Err(denial) = claimed {
                return Poll::Ready(Err(self.denied(denial)));
            }
        }
    }

    /// An attempt may not start, and the call ends without an outcome.
    pub(super) fn denied(&mut self, denial: Denial) -> Rejected {
        match denial {
            Denial::Circuit(refusal) => self.refused(refusal),
            Denial::Full(_) | Denial::Rate(_) => self.refused_by_limit(denial),
        }
    }

    /// A limit of the key leaves no room for the next attempt.
    fn refused_by_limit(&mut self, denial: Denial) -> Rejected {
        let site = self.site;
        let state = self.state_before_first();
        state.give_back(site);
        state.end_recording(denial.reason(), Some(denial.kind()));
        let rejected = state.no_room(site, denial);
        // A call that has made no attempt has multiplied nothing.
        if rejected.attempts() > 0 && site.retry.repeats() {
            context::mark(Marks::NESTED);
        }
        self.state.set(None);
        rejected
    }
}
