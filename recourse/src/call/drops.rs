//! Attempts that are dropped: those that a limit cuts, those that lost, and all of them when the call ends without an outcome.
//!
//! An attempt is reported before it is dropped: its destructor may panic, and every start has an end. Its span is entered meanwhile, so what
//! destructors tell stands under the attempt that they belong to.

use crate::call::progress::Progress;
use crate::call::report::Dropped;
use crate::observe::{AttemptOutcome, EndReason};
use std::mem;

impl Progress<'_> {
    /// Drops the primary. False if it does not run.
    pub(super) fn drop_primary(&mut self, outcome: AttemptOutcome, dropped: Dropped) -> bool {
        let runs = self.attempts.primary_runs();
        if runs {
            // Reported first: its destructor may panic, and every start has an end.
            // An attempt that was reported, and whose report panicked, is not reported twice.
            let _entered = self.call.enter_span(None);
            if self.call.has_state() && self.call.state().primary_runs() {
                self.call.attempt_dropped(None, outcome, dropped);
            }
            self.drop_reported(None);
        }
        runs
    }

    fn drop_hedge(&mut self, slot: usize, outcome: AttemptOutcome, dropped: Dropped) {
        let Some(hedges) = self.hedges() else { return };
        let Some(hedge) = hedges.in_flight().and_then(|in_flight| in_flight.remove(slot)) else { return };
        let _entered = self.call.enter_span(Some(hedge));
        self.call.attempt_dropped(Some(hedge), outcome, dropped);
        self.drop_reported(Some(slot));
    }

    /// Drops the future of an attempt, which was reported before: the hedge in this slot, or the primary. What it held of a limit is given back
    /// afterwards: by then it does not run. If its destructor panics, the end of the call gives that back.
    pub(super) fn drop_reported(&mut self, hedge: Option<usize>) {
        match hedge {
            None => self.attempts.drop_primary(),
            Some(slot) => {
                if let Some(hedges) = self.hedges() {
                    hedges.drop_hedge(slot);
                }
            }
        }
        self.call.attempts_gone();
    }

    /// Drops the hedge in the first slot that is taken. False if none runs.
    pub(super) fn drop_next_hedge(&mut self, outcome: AttemptOutcome, dropped: Dropped) -> bool {
        let next = self.next_hedge(0);
        if let Some((slot, _)) = next {
            self.drop_hedge(slot, outcome, dropped);
        }
        next.is_some()
    }

    pub(super) fn drop_all(&mut self, outcome: AttemptOutcome, dropped: Dropped) {
        self.drop_primary(outcome, dropped);
        while self.drop_next_hedge(outcome, dropped) {}
    }

    /// The caller dropped the call before its end. The attempts are dropped first, and the end of the call is reported afterwards.
    #[cold]
    pub(super) fn cancelled(self) {
        struct EndOnPanic<'a>(Progress<'a>);
        impl Drop for EndOnPanic<'_> {
            fn drop(&mut self) {
                self.0.panicked(false);
            }
        }
        let mut guard = EndOnPanic(self);
        let progress = &mut guard.0;
        let reason = progress.call.reason_of_drop();
        progress.drop_all(AttemptOutcome::Cancelled, Dropped::Abandoned);
        progress.call.abandon(reason);
        mem::forget(guard);
    }

    /// Code of the user's panicked: everything is dropped and reported before the panic goes on to the caller. `by_primary`: it was the body
    /// of the primary, or what classifies its outcome. A trigger or a budget that panics says nothing of the dependency.
    #[cold]
    #[inline(never)]
    pub(super) fn panicked(&mut self, by_primary: bool) {
        let panicked = AttemptOutcome::Panicked;
        if self.attempts.primary_runs() {
            self.note_first_attempt();
        }
        // The attempt that panicked is dropped first, and is the only one that is reported so.
        let polling = self.hedges().and_then(|hedges| hedges.in_flight()?.polling.take());
        match polling {
            Some(slot) => self.drop_hedge(slot, panicked, Dropped::Abandoned),
            None if by_primary => {
                self.drop_primary(panicked, Dropped::Abandoned);
            }
            None => {}
        }
        self.drop_all(AttemptOutcome::Cancelled, Dropped::Abandoned);
        self.call.abandon(EndReason::Panicked);
    }
}
