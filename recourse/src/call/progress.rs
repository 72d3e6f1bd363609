//! A call while it is polled and has not ended on the fast path: which attempt ended, what that decides, and what is dropped then.
//! Nothing here depends on the function's types, so it is compiled once.

use crate::call::attempts::{AttemptSet, HedgeAttempts};
use crate::call::in_flight::HedgeLaunch;
use crate::call::inside::nothing_kept;
use crate::call::lifecycle::{Action, CallView, GroupEnd};
use crate::call::marks::Ended;
use crate::call::report::Dropped;
use crate::call::wait::TimerEvent;
use crate::circuit::PackedState;
use crate::observe::{AttemptOutcome, EndReason};
use crate::outcome::Class;
use std::ops::ControlFlow;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A call and its attempts, during one poll.
pub(super) struct Progress<'a> {
    pub(super) call: CallView<'a>,
    /// The state of the circuit when this poll began.
    pub(super) circuit_before: PackedState,
    pub(super) attempts: &'a mut dyn AttemptSet,
    /// There can be hedges. Most calls have none, and are not asked for them again and again.
    pub(super) may_hedge: bool,
}

/// An attempt that has ended, and is still to be dropped.
struct EndedAttempt {
    /// The slot and the launch of a hedge; `None` for the primary.
    hedge: Option<(usize, HedgeLaunch)>,
    ended: Ended,
    text: Option<String>,
}

impl EndedAttempt {
    /// True if a call inside of the attempt has ended because some deadline is over, which may be the attempt's.
    fn may_be_over(&self) -> bool {
        self.ended.marks.is_over() && self.ended.class != Class::Success
    }
}

/// What follows the end of an attempt, or of a wait. `Break`: an action for the typed part. `Continue`: another group, after its delay.
type AfterAttempt = ControlFlow<Action>;

impl Progress<'_> {
    /// Goes on after a poll of the primary. `primary` says how it has ended, if it has just now: then its outcome is set aside, and the
    /// attempt is still to be dropped.
    #[cold]
    #[inline(never)]
    pub(super) fn advance(mut self, primary: Option<Ended>, cx: &mut Context<'_>) -> Poll<Action> {
        // Between two groups nothing runs, and only the delay is left to wait for. A call that is polled after its end gets here, too, and
        // panics there.
        if primary.is_none() && !self.any_runs() {
            return self.call.poll_delay(cx);
        }
        self.note_first_attempt();
        let ended = match primary {
            Some(ended) => Poll::Ready(self.primary_ended(ended)),
            None => self.poll_hedges(cx),
        };
        let after = match ended {
            Poll::Ready(ended) if ended.may_be_over() => self.cut_from_inside(ended),
            Poll::Ready(ended) => self.settle(ended),
            Poll::Pending if !self.call.waits() => return Poll::Pending,
            Poll::Pending => ready!(self.wait(cx)),
        };
        match after {
            ControlFlow::Break(action) => Poll::Ready(action),
            ControlFlow::Continue(()) => self.call.poll_delay(cx),
        }
    }

    #[inline]
    pub(super) fn hedges(&mut self) -> Option<&mut dyn HedgeAttempts> {
        if self.may_hedge { self.attempts.hedges() } else { None }
    }

    pub(super) fn next_hedge(&mut self, slot: usize) -> Option<(usize, HedgeLaunch)> {
        self.hedges()?.in_flight()?.next_from(slot)
    }

    fn any_runs(&mut self) -> bool {
        self.attempts.primary_runs() || self.next_hedge(0).is_some()
    }

    /// True if no hedge was launched and no failure is kept, so that the primary decides.
    fn primary_is_alone(&mut self) -> bool {
        self.hedges().is_none_or(|hedges| hedges.in_flight().is_none())
    }

    /// Remembers which generation of the circuit the first attempt counts in. On the fast path nobody needed to know.
    pub(super) fn note_first_attempt(&mut self) {
        if self.call.site.has_circuit && !self.call.has_state() {
            self.call.note_first_attempt(self.circuit_before.counted_generation());
        }
    }

    fn primary_ended(&mut self, ended: Ended) -> EndedAttempt {
        let text = self.text(ended.class);
        EndedAttempt { hedge: None, ended, text }
    }

    /// Polls the hedges in the order of their slots until one is ready.
    fn poll_hedges(&mut self, cx: &mut Context<'_>) -> Poll<EndedAttempt> {
        let mut from = 0;
        while let Some((slot, launch)) = self.next_hedge(from) {
            if let Some(ended) = self.poll_hedge(slot, launch, cx) {
                let text = self.text(ended.class);
                if let Some(hedges) = self.hedges() {
                    if let Some(in_flight) = hedges.in_flight() {
                        in_flight.polling = None;
                        in_flight.remove(slot);
                    }
                }
                return Poll::Ready(EndedAttempt { hedge: Some((slot, launch)), ended, text });
            }
            from = slot + 1;
        }
        Poll::Pending
    }

    /// Notes which hedge is being polled and classified. If that panics, this hedge is reported as the one that panicked.
    fn poll_hedge(&mut self, slot: usize, launch: HedgeLaunch, cx: &mut Context<'_>) -> Option<Ended> {
        #[cfg(feature = "test-util")]
        if let Some(fault) = self.call.fault(Some(launch.number), cx) {
            return self.hedges()?.set_aside_fault(fault).map(Ended::unmarked);
        }
        let mut kept = nothing_kept();
        let entered = self.call.enter(Some(launch), &mut kept);
        let hedges = self.hedges()?;
        hedges.in_flight()?.polling = Some(slot);
        let class = hedges.poll_hedge(slot, cx);
        if class.is_none() {
            hedges.in_flight()?.polling = None;
        }
        // What was marked in an attempt that is still pending ends here.
        let marks = entered.leave();
        class.map(|class| Ended { class, marks })
    }

    /// The text of the failure that was set aside, if anybody will read it.
    fn text(&self, class: Class) -> Option<String> {
        let wanted = class != Class::Success && self.call.wants_text();
        if wanted { self.attempts.text() } else { None }
    }

    /// Decides what the end of an attempt means for its group. A success ends the group at once, and so does a failure for good, unless
    /// the policy fails slow. Any other failure is kept until no attempt runs.
    fn settle(&mut self, EndedAttempt { hedge, ended, text }: EndedAttempt) -> AfterAttempt {
        let class = ended.class;
        let launch = hedge.map(|(_, launch)| launch);
        {
            let _entered = self.call.enter_span(launch);
            // Reported first: the destructor of an attempt may panic, and every start has an end.
            self.call.attempt_ended(launch, class, text);
            self.drop_reported(hedge.map(|(slot, _)| slot));
        }
        if self.primary_is_alone() {
            return self.call.group_ended(GroupEnd::Outcome(ended), None);
        }
        let decides = match class {
            Class::Success => true,
            Class::NonRetryable | Class::Ignore => !self.call.site.fails_slow(),
            Class::Retryable { .. } => false,
        };
        if decides {
            // The losers are dropped before the outcome is returned, and reported before the end of the call.
            self.drop_all(AttemptOutcome::Cancelled, Dropped::Lost);
            if let Some(hedges) = self.hedges() {
                hedges.end_group(false);
            }
            return self.call.group_ended(GroupEnd::Outcome(ended), None);
        }
        let not_before = self.call.not_before(class);
        if let Some(hedges) = self.hedges() {
            let number = hedge.map_or(0, |(_, launch)| launch.number);
            if hedges.in_flight().is_some_and(|in_flight| in_flight.outranks(number, ended, not_before)) {
                hedges.keep_outcome();
            }
        }
        self.end_group_if_none_runs()
    }

    /// Waits, while all attempts are pending, for a limit or a hedge.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<AfterAttempt> {
        let primary_runs = self.attempts.primary_runs();
        let hedges = self.hedges().and_then(|hedges| hedges.in_flight().map(|in_flight| in_flight.summary()));
        let event = ready!(self.call.poll_event(primary_runs, hedges.unwrap_or_default(), cx));
        Poll::Ready(match event {
            TimerEvent::Hedge => ControlFlow::Break(Action::Launch),
            TimerEvent::CallTimeout => {
                // The attempt that ran longest speaks for the group: the primary, or else the oldest hedge.
                if !self.drop_primary(AttemptOutcome::Timeout, Dropped::Lost) {
                    self.drop_next_hedge(AttemptOutcome::Timeout, Dropped::Lost);
                }
                self.call_timed_out()
            }
            TimerEvent::AttemptTimeout => {
                // Only the oldest attempt has reached its limit.
                if primary_runs {
                    self.drop_primary(AttemptOutcome::AttemptTimeout, Dropped::Lost);
                } else {
                    self.drop_next_hedge(AttemptOutcome::AttemptTimeout, Dropped::Lost);
                }
                self.end_group_if_none_runs()
            }
        })
    }

    /// The deadline of the call has come, and the attempt that speaks for the group is gone.
    fn call_timed_out(&mut self) -> AfterAttempt {
        self.drop_all(AttemptOutcome::Timeout, Dropped::Beside);
        // A real error of the group says more than the rejection would. Either way the reason is `Timeout`.
        match self.take_kept() {
            Some(_) => {
                self.call.abandon(EndReason::Timeout);
                ControlFlow::Break(Action::Return)
            }
            None => ControlFlow::Break(Action::Reject(self.call.timed_out())),
        }
    }

    /// A deadline was over inside of an attempt. If the attempt's own time is over, too, this is the same as if the timer had said so a moment
    /// earlier: the caller gets the rejection of the outermost call whose time is over, and the errors from inside as text.
    fn cut_from_inside(&mut self, EndedAttempt { hedge, ended, text }: EndedAttempt) -> AfterAttempt {
        let launch = hedge.map(|(_, launch)| launch);
        let Some(limit) = self.call.limit_over(launch) else {
            return self.settle(EndedAttempt { hedge, ended, text });
        };
        let outcome = match limit {
            TimerEvent::AttemptTimeout => AttemptOutcome::AttemptTimeout,
            TimerEvent::CallTimeout | TimerEvent::Hedge => AttemptOutcome::Timeout,
        };
        self.call.attempt_cut(launch, outcome, text);
        self.drop_reported(hedge.map(|(slot, _)| slot));
        if outcome == AttemptOutcome::AttemptTimeout { self.end_group_if_none_runs() } else { self.call_timed_out() }
    }

    /// Ends the group's hedges. Returns the failure that was kept, whose outcome is set aside now, and the longest time that any
    /// failure asked to wait.
    fn take_kept(&mut self) -> Option<(Ended, Option<Duration>)> {
        let hedges = self.hedges()?;
        let kept = hedges.in_flight()?.kept();
        hedges.end_group(kept.is_some());
        kept
    }

    /// Once no attempt runs, the failure that outranks the others is the group's. Without any failure, all attempts were cut.
    fn end_group_if_none_runs(&mut self) -> AfterAttempt {
        if self.any_runs() {
            return ControlFlow::Break(Action::PollPrimary);
        }
        match self.take_kept() {
            Some((ended, pushback)) => self.call.group_ended(GroupEnd::Outcome(ended), pushback),
            None => self.call.group_ended(GroupEnd::Cut, None),
        }
    }
}
