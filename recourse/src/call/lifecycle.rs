//! The view that the engine has of a call: what it runs under, and its state, which is made when there is something to know.
//!
//! Here stand the events in the life of a call that change its state: an attempt starts or ends, a group ends, the call ends. The gate in
//! front of a call is in [`gate`](super::gate), and everything that waits for the timer in [`wait`](super::wait).

use crate::call::class;
use crate::call::in_flight::HedgeLaunch;
use crate::call::marks::{Ended, tell_of_refusal};
use crate::call::retry::{self, RetryDecision};
use crate::call::state::CallState;
use crate::context::{self, Attempt, Limits, Marks};
use crate::error::{Rejected, RejectionKind};
use crate::executor::{Refusal, ResolvedSite};
use crate::observe::EndReason;
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::Duration;

pin_project! {
    /// The state of a call, and its one timer.
    #[derive(Debug)]
    pub(super) struct StateAndTimer {
        pub(super) state: CallState,
        #[pin]
        pub(super) timer: Timer,
    }
}

/// The panic of a call that is polled although it has ended.
pub(super) const POLLED_AFTER_END: &str = "a guarded call was polled after it had ended";

/// A call: what it runs under, and the place of its state.
pub(super) struct CallView<'a> {
    pub(super) site: &'a ResolvedSite,
    /// `None` until there is something to know, and again after the call has ended.
    pub(super) state: Pin<&'a mut Option<StateAndTimer>>,
    /// This is the first poll of the call: what the thread is inside of is what the call began in.
    pub(super) is_first_poll: bool,
}

/// What the typed part of a call has to do.
pub(super) enum Action {
    /// Launch another attempt.
    Launch,
    /// Poll the primary again: a hedge has ended, and the primary may have been ready before it.
    PollPrimary,
    /// Return the outcome that was set aside.
    Return,
    /// Return a rejection: there is no outcome.
    Reject(Rejected),
}

/// How a group has ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum GroupEnd {
    /// With the outcome that was set aside.
    Outcome(Ended),
    /// Without any: the limit of an attempt has cut each of them.
    Cut,
}

impl CallView<'_> {
    pub(super) fn reborrow(&mut self) -> CallView<'_> {
        CallView { site: self.site, state: self.state.as_mut(), is_first_poll: self.is_first_poll }
    }

    #[inline]
    pub(super) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// Returns the state. If there is none, makes that of a call in which no attempt has started.
    pub(super) fn state_before_first(&mut self) -> &mut CallState {
        self.state_after(0)
    }

    /// Returns the state. If there is none, makes that of a call whose first attempt runs.
    pub(super) fn state(&mut self) -> &mut CallState {
        self.state_after(1)
    }

    fn state_after(&mut self, attempts: u8) -> &mut CallState {
        if self.state.is_none() {
            // A call that made no state in its first poll began without a deadline.
            let limits = if self.is_first_poll { context::limits() } else { Limits::NONE };
            let state = CallState::new(attempts, limits.deadline(Instant::now));
            self.state.set(Some(StateAndTimer { state, timer: Timer::new() }));
        }
        let timed = self.state.as_mut().as_pin_mut().expect("the state was made in the line above, if there was none");
        timed.project().state
    }

    /// Makes the state of a call whose first attempt runs. The attempt counts in this generation of the circuit.
    #[cold]
    pub(super) fn note_first_attempt(&mut self, generation: u32) {
        self.state().primary_counts_in(generation);
    }

    /// The attempt that was just launched is the last one: no further attempt can be made.
    #[cold]
    pub(super) fn seal(&mut self) {
        if !self.has_state() {
            self.note_first_attempt(self.site.circuit_state().counted_generation());
        }
        self.state().seal();
    }

    /// An attempt has been launched in a call that has a state: a further attempt, or the first of a call that is recorded. Returns what
    /// is to be known of a hedge, and nothing for a primary.
    #[inline]
    pub(super) fn launched(&mut self) -> Option<HedgeLaunch> {
        let site = self.site;
        let state = self.state_before_first();
        // Its first attempt starts when the slot is there.
        if state.is_queued() { None } else { state.count_launch(site) }
    }

    /// True if the text of a failure will be read: somebody looks, or the call may end later without an error of its own.
    pub(super) fn wants_text(&self) -> bool {
        let may_be_refused = (self.site.has_circuit || self.site.limits.is_some()) && self.site.retry.repeats();
        let is_of_use = |timed: Pin<&StateAndTimer>| timed.state.records_texts() || timed.state.outer().is_some();
        let begins_under_a_deadline = self.is_first_poll && context::limits().any();
        self.site.has_limits()
            || self.site.shows
            || begins_under_a_deadline
            || may_be_refused
            || self.state.as_ref().as_pin_ref().is_some_and(is_of_use)
    }

    /// The group has ended. The call ends with its outcome, or with a rejection if there is none; or it goes on with another group.
    /// `pushback` is the longest time that the attempts of the group asked to wait.
    #[cold]
    pub(super) fn group_ended(&mut self, end: GroupEnd, pushback: Option<Duration>) -> ControlFlow<Action> {
        let site = self.site;
        let state = self.state();
        let (may_go_on, marks) = match end {
            GroupEnd::Outcome(Ended { class, marks }) => (class::outcome_of(class).1, marks),
            GroupEnd::Cut => (ControlFlow::Continue(None), Marks::OVER),
        };
        let reason = match may_go_on {
            ControlFlow::Break(reason) => reason,
            ControlFlow::Continue(own) => {
                // The clock is read once, if the decision or the delay need it at all.
                let mut now = None;
                let mut clock = || *now.get_or_insert_with(Instant::now);
                if state.timeout(site).is_some() {
                    state.start_call_clock(&mut clock);
                }
                match retry::decide(&state.failed(pushback.max(own), marks, site), site, &mut clock) {
                    RetryDecision::Retry { delay, source } => {
                        state.retry_granted();
                        // After a delay the limits and the circuit are asked when the delay is over. Without a delay they are asked
                        // now, while there is still an error to return.
                        let claimed = if delay.is_zero() { state.claim(site, &mut clock) } else { Ok(()) };
                        match claimed {
                            Ok(()) => {
                                state.retry_after(delay, source, site, clock);
                                return ControlFlow::Continue(());
                            }
                            Err(denial) => {
                                state.give_back(site);
                                denial.reason()
                            }
                        }
                    }
                    denied => state.retry_denied(denied),
                }
            }
        };
        match end {
            GroupEnd::Outcome(_) => {
                if reason == EndReason::Success && state.is_in_first_group() {
                    site.deposit();
                }
                state.end_recording(reason, None);
                self.tell_around(reason, marks);
                self.state.set(None);
                ControlFlow::Break(Action::Return)
            }
            GroupEnd::Cut => {
                let rejected = self.reject(reason, RejectionKind::AttemptTimeout, site.attempt_timeout, marks);
                ControlFlow::Break(Action::Reject(rejected))
            }
        }
    }

    /// Attempts that were reported are gone: what they held of the limit on concurrency goes to others.
    pub(super) fn attempts_gone(&mut self) {
        if self.site.limits.is_some() {
            if let Some(timed) = self.state.as_mut().as_pin_mut() {
                timed.project().state.give_slots_back();
            }
        }
    }

    /// A deadline has cut the call: its own, or one around it.
    #[cold]
    pub(super) fn timed_out(&mut self) -> Rejected {
        let site = self.site;
        let limit = if self.is_cut_from_outside() { None } else { self.state().timeout(site) };
        self.reject(EndReason::Timeout, RejectionKind::Timeout, limit, Marks::NONE)
    }

    /// The deadline of the call is over before it has begun, or this is `left` of it, and too little.
    #[cold]
    pub(super) fn expired(&mut self, left: Option<Duration>) -> Rejected {
        self.state_before_first();
        self.site.count_expired();
        let is_known = self.site.at_least.is_some() && !self.site.expired;
        let left = left.filter(|left| is_known && !left.is_zero());
        self.reject(EndReason::Expired, RejectionKind::Expired, left, Marks::NONE)
    }

    /// Ends the call with a rejection. `marks` are those of the attempts, if it is they who end it.
    pub(super) fn reject(
        &mut self,
        reason: EndReason,
        kind: RejectionKind,
        limit: Option<Duration>,
        marks: Marks,
    ) -> Rejected {
        let site = self.site;
        let state = self.state();
        state.end_recording(reason, Some(kind));
        let rejected = state.rejection(site, kind, limit);
        self.tell_around(reason, marks);
        self.state.set(None);
        rejected
    }

    /// Makes what the body may know of the attempt that is about to be made.
    pub(super) fn next_attempt(&mut self) -> Attempt {
        let site = self.site;
        self.state_before_first().next_attempt(site)
    }

    /// The circuit refuses to go on with a call of which no attempt runs.
    pub(super) fn refused(&mut self, refusal: Refusal) -> Rejected {
        let site = self.site;
        tell_of_refusal(site, refusal);
        if !self.has_state() {
            return Rejected::by_circuit(site.key.clone(), refusal.reason, refusal.retry_after);
        }
        let state = self.state_before_first();
        state.give_back(site);
        state.end_recording(EndReason::CircuitOpen, Some(RejectionKind::CircuitOpen));
        let rejected = state.refusal(site, refusal);
        self.state.set(None);
        rejected
    }

    /// The reason for the end of a call that is dropped. If a panic drops it while an attempt was being made, making it has panicked. A caller
    /// that panics for another reason cancels its calls.
    pub(super) fn reason_of_drop(&self) -> EndReason {
        let is_making = |timed: Pin<&StateAndTimer>| timed.state.is_making_attempt(timed.timer.is_made());
        let making = || self.state.as_ref().as_pin_ref().is_some_and(is_making);
        if std::thread::panicking() && making() { EndReason::Panicked } else { EndReason::Cancelled }
    }

    /// Ends the call without an answer of its own: it was dropped, or code of the user's panicked. Attempts have been dropped and reported.
    pub(super) fn abandon(&mut self, reason: EndReason) {
        if let Some(timed) = self.state.as_mut().as_pin_mut() {
            let state = timed.project().state;
            // Told first: the budget may be the user's, and panic.
            state.end_recording(reason, None);
            state.give_back(self.site);
        }
        self.tell_around(reason, Marks::NONE);
        self.state.set(None);
    }
}
