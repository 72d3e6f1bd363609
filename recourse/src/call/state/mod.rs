//! What a call knows about itself: it counts attempts, remembers moments and admissions, and records events. Compiled once.

mod admissions;
mod cold;
mod counters;
#[cfg(feature = "test-util")]
mod fault;
mod flags;
mod held_slots;
mod launches;
mod limits;
mod numbers;
mod priority;
mod rate;
mod rejections;
mod shown;
mod slots;

use crate::call::retry::{Failed, RetryDecision};
use crate::context::Marks;
use crate::error::RejectionKind;
use crate::executor::ResolvedSite;
use crate::observe::{AttemptOutcome, DelaySource, EndReason, Event, Recorder, error_text};
use crate::time::Instant;
use cold::ColdState;
use counters::Counters;
#[cfg(feature = "test-util")]
pub(super) use fault::Faulted;
#[cfg(feature = "test-util")]
use fault::InjectedFault;
use flags::Flags;
use recourse_policy::Jitter;
pub(super) use slots::Denial;
use std::mem;
use std::time::Duration;

/// The state of one call. Small, since it is part of every guarded future.
#[derive(Debug)]
pub(super) struct CallState {
    /// When the call's time began to count: when something first had to wait, or when its first attempt had failed.
    started: Option<Instant>,
    /// The deadline around the call, if there was one when it began. Whoever polls the call later, it keeps this one.
    outer: Option<Instant>,
    /// While a primary runs: when its time began to count. Between two groups: when the delay is over, if there is one. One word for two
    /// moments that are never needed at once; see [`Self::start_clock`] and [`Self::retry_at`].
    primary_started_or_retry_at: Option<Instant>,
    cold: Option<Box<ColdState>>,
    /// The generation of the circuit that the primary counts in; 0 if it is not counted, or holds a permit.
    generation: u32,
    counters: Counters,
    flags: Flags,
}

impl CallState {
    /// The state of a call in which this number of primaries (none, or one) has started, and nothing else has happened. `outer` is the
    /// deadline around it.
    pub(super) const fn new(attempts: u8, outer: Option<Instant>) -> Self {
        Self {
            started: None,
            outer,
            primary_started_or_retry_at: None,
            cold: None,
            generation: 0,
            counters: Counters::new(attempts),
            flags: if attempts == 0 { Flags::NONE } else { Flags::PRIMARY_RUNS },
        }
    }

    /// Records the latencies of this call.
    pub(super) fn track(&mut self) {
        self.flags.set(Flags::TRACKED.and(Flags::CLOCK_FROM_LAUNCH));
    }

    pub(super) fn is_tracked(&self) -> bool {
        self.flags.has(Flags::TRACKED)
    }

    /// Counts the time of each attempt from its launch.
    pub(super) fn clock_from_launch(&mut self) {
        self.flags.set(Flags::CLOCK_FROM_LAUNCH);
    }

    pub(super) fn stop_hedging(&mut self) {
        self.flags.set(Flags::HEDGING_STOPPED);
    }

    pub(super) fn hedging_is_stopped(&self) -> bool {
        self.flags.has(Flags::HEDGING_STOPPED.and(Flags::SEALED))
    }

    /// The call has less time left than was learnt, and begins all the same.
    pub(super) fn begin_on_trial(&mut self) {
        self.cold().on_trial = true;
    }

    /// True for a call that began on trial, the first time that this is asked.
    pub(super) fn take_trial(&mut self) -> bool {
        self.cold.as_mut().is_some_and(|cold| mem::take(&mut cold.on_trial))
    }

    /// True if no attempt follows those that were started.
    pub(super) fn is_sealed(&self) -> bool {
        self.flags.has(Flags::SEALED)
    }

    /// No attempt follows those that were started.
    pub(super) fn seal(&mut self) {
        self.flags.set(Flags::SEALED);
    }

    pub(super) fn least_hedge_delay(&self) -> Duration {
        self.cold.as_ref().map_or(Duration::ZERO, |cold| cold.least_hedge_delay)
    }

    pub(super) fn record_with(&mut self, recorder: Recorder) {
        self.cold().recorder = Some(Box::new(recorder));
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.cold.as_ref().is_some_and(|cold| cold.recorder.is_some())
    }

    /// True if somebody wants to read the errors of attempts.
    pub(super) fn records_texts(&self) -> bool {
        self.cold.as_ref().is_some_and(|cold| cold.recorder.as_ref().is_some_and(|recorder| recorder.wants_texts()))
    }

    /// When the primary and the call began to count: now, if they did not yet.
    ///
    /// The call's own time begins when something first has to wait, or when its first attempt has failed, and not before: a call that is ready
    /// at once never reads the clock. That does not depend on what else is on, so one script has one result.
    pub(super) fn start_clock(&mut self, now: impl FnOnce() -> Instant) -> (Instant, Instant) {
        if let (Some(primary), Some(call)) = (self.primary_started_or_retry_at, self.started) {
            return (primary, call);
        }
        // One reading for both.
        let now = now();
        (*self.primary_started_or_retry_at.get_or_insert(now), *self.started.get_or_insert(now))
    }

    /// When the call began to count: now, if it did not yet.
    pub(super) fn start_call_clock(&mut self, now: impl FnOnce() -> Instant) -> Instant {
        *self.started.get_or_insert_with(now)
    }

    /// The number of the primary, and when it began to count.
    pub(super) fn primary(&self) -> (u8, Option<Instant>) {
        (self.counters.primary, self.primary_started_or_retry_at)
    }

    pub(super) fn primary_runs(&self) -> bool {
        self.flags.has(Flags::PRIMARY_RUNS)
    }

    /// When the delay between two groups is over; `None` if there is none. Only to be asked between two groups.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.primary_started_or_retry_at
    }

    /// Sets the delay before the next group. A delay of zero makes no timer: a timer would cost a whole tick of the runtime's clock.
    pub(super) fn retry_after(
        &mut self,
        delay: Duration,
        source: DelaySource,
        site: &ResolvedSite,
        mut clock: impl FnMut() -> Instant,
    ) {
        if source == DelaySource::Backoff && site.retry.jitter == Jitter::Decorrelated {
            self.cold().last_backoff = delay;
        }
        self.record(|| Event::Delayed { delay, source });
        self.primary_started_or_retry_at = (!delay.is_zero()).then(|| {
            let now = clock();
            self.started.get_or_insert(now);
            now.saturating_add(delay)
        });
    }

    pub(super) fn delay_is_over(&mut self) {
        self.primary_started_or_retry_at = None;
    }

    /// True if the call's time is up.
    pub(super) fn is_late(&self, site: &ResolvedSite) -> bool {
        self.deadline(site).is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// True if no attempt was made, and the call has time left, but less than it is to begin with.
    pub(super) fn has_too_little(&self, site: &ResolvedSite) -> bool {
        let Some(least) = site.at_least.as_ref().filter(|_| self.attempts() == 0) else { return false };
        // What was learnt may be longer than the call's own time, which cut what it was learnt from.
        let deadline = if least.is_learnt() { self.outer } else { self.deadline(site) };
        let on_trial = self.cold.as_ref().is_some_and(|cold| cold.on_trial);
        let left = deadline.filter(|_| !on_trial).map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.is_some_and(|left| !left.is_zero() && least.is_more_than(left))
    }

    /// The deadline of the call: the earlier of its own, if its time has begun to count, and the one around it.
    pub(super) fn deadline(&self, site: &ResolvedSite) -> Option<Instant> {
        self.own_deadline(site).into_iter().chain(self.outer).min()
    }

    /// Records the end of an attempt, and remembers its error.
    pub(super) fn note_attempt_end(&mut self, number: u8, outcome: AttemptOutcome, error: Option<String>) {
        if let Some(cold) = &mut self.cold {
            cold.shown.retain(|(shown, _)| *shown != number);
        }
        let hedge = number != self.counters.primary;
        if !hedge {
            self.flags.take(Flags::PRIMARY_RUNS);
        }
        if self.cold.is_none() && error.is_none() {
            return;
        }
        let error = error.map(error_text);
        let cold = self.cold();
        #[cfg(feature = "test-util")]
        cold.faults.retain(|fault| fault.attempt != number);
        let attempt = cold.carried.number_of(number);
        if let Some(recorder) = &mut cold.recorder {
            recorder.record(Event::AttemptEnded { attempt, hedge, outcome, error: error.clone() });
        }
        if error.is_some() {
            cold.last_error = error;
        }
    }

    /// What the decision about another group depends on.
    pub(super) fn failed(&self, pushback: Option<Duration>, marks: Marks, site: &ResolvedSite) -> Failed {
        Failed {
            sealed: self.flags.has(Flags::SEALED),
            groups: self.groups(),
            is_probe: self.is_probe(),
            last_backoff: self.cold.as_ref().map_or(Duration::ZERO, |cold| cold.last_backoff),
            pushback,
            nested: marks.is_nested(),
            deadline: self.deadline(site),
        }
    }

    pub(super) fn retry_granted(&mut self) {
        self.flags.set(Flags::RETRY_PAID);
    }

    /// Records why no retry follows, and returns the reason for the end of the call.
    pub(super) fn retry_denied(&mut self, decision: RetryDecision) -> EndReason {
        match decision {
            RetryDecision::Refused(refusal) => {
                self.circuit_refused(refusal);
                EndReason::CircuitOpen
            }
            RetryDecision::TooLate { delay, source, left } => {
                self.record(|| Event::DelayDenied { delay, source, left });
                EndReason::Deadline
            }
            RetryDecision::OverBudget => {
                self.record(|| Event::BudgetDenied);
                EndReason::BudgetDenied
            }
            RetryDecision::PushbackTooLong { pushback, longest } => {
                let (delay, source) = (pushback, DelaySource::Pushback);
                self.record(|| Event::DelayDenied { delay, source, left: longest });
                EndReason::PushbackTooLong
            }
            RetryDecision::Nested => EndReason::Nested,
            RetryDecision::Exhausted | RetryDecision::Retry { .. } => EndReason::AttemptsExhausted,
        }
    }

    pub(super) fn is_in_first_group(&self) -> bool {
        self.counters.primary == 1
    }

    /// Ends the recording of the call. `rejected` is the kind of the rejection that the caller gets, if it gets one.
    pub(super) fn end_recording(&mut self, reason: EndReason, rejected: Option<RejectionKind>) {
        if let Some(recorder) = self.cold.as_mut().and_then(|cold| cold.recorder.take()) {
            recorder.end(reason, rejected);
        }
    }

    /// Records an event, if the call is recorded. `event` is not made otherwise.
    pub(super) fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Some(ColdState { recorder: Some(recorder), .. }) = self.cold.as_deref_mut() {
            recorder.record(event());
        }
    }

    /// The faults of attempts that run, if there are any.
    #[cfg(feature = "test-util")]
    pub(super) fn faults(&mut self) -> Option<&mut Vec<InjectedFault>> {
        self.cold.as_mut().map(|cold| &mut cold.faults)
    }

    fn cold(&mut self) -> &mut ColdState {
        self.cold.get_or_insert_with(Box::default)
    }
}
