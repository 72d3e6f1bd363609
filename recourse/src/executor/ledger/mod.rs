//! What a call knows of itself: it counts, remembers and reports. Not generic, so it exists once in a program.

mod circuit;
mod marks;

use crate::circuit::Permit;
use crate::error::{Rejected, Rejection, RejectionKind};
use crate::executor::circuit::{Denied, Pass};
use crate::executor::group::Launched;
use crate::executor::handle::Handle;
use crate::executor::retry::{Failed, Verdict};
use crate::observe::{self, AttemptOutcome, DelaySource, EndReason, Event, Recorder};
use crate::time::Instant;
use marks::Marks;
use recourse_policy::Jitter;
use std::ops::ControlFlow;
use std::time::Duration;

/// The facts of one call. Small, since it is part of every guarded future.
#[derive(Debug)]
pub(in crate::executor) struct Ledger {
    /// When the call's time began to count: when something first had to wait, or at its launch where latency is recorded.
    started: Option<Instant>,
    /// While a primary runs: when it began to count. Between groups: when the delay is over, where there is one.
    mark: Option<Instant>,
    notes: Option<Box<Notes>>,
    /// The generation of the circuit that the primary was admitted in; 0 where it is not counted, or holds a permit.
    admitted: u32,
    /// All that were started, hedges included.
    attempts: u8,
    /// Retry steps: one primary each.
    groups: u8,
    /// The number of the group's primary.
    primary: u8,
    marks: Marks,
}

/// What a call remembers when somebody looks, or when an attempt failed in a call that may have to explain itself.
#[derive(Debug, Default)]
struct Notes {
    tape: Option<Recorder>,
    last_error: Option<Box<str>>,
    /// What attempts hold of their circuit, by their number: 0 for the one that is launched next.
    permits: Vec<(u8, Permit)>,
    /// The last backoff that was drawn, where the next one depends on it.
    last_backoff: Duration,
    /// A denied hedge asks its budget no sooner than so long after the last launch.
    raised: Duration,
}

impl Ledger {
    /// The facts of a call in which so many primaries (none, or one) have started, and nothing else happened.
    pub(in crate::executor) const fn new(attempts: u8) -> Self {
        Self {
            started: None,
            mark: None,
            notes: None,
            admitted: 0,
            attempts,
            groups: attempts,
            primary: attempts,
            marks: Marks(if attempts == 0 { 0 } else { Marks::RUNNING }),
        }
    }

    pub(in crate::executor) fn track(&mut self) {
        self.marks.set(Marks::TRACKED | Marks::TIMED);
    }

    pub(in crate::executor) fn is_tracked(&self) -> bool {
        self.marks.has(Marks::TRACKED)
    }

    /// The time of an attempt counts from its launch.
    pub(in crate::executor) fn time(&mut self) {
        self.marks.set(Marks::TIMED);
    }

    /// The group starts no further hedge.
    pub(in crate::executor) fn stop_hedging(&mut self) {
        self.marks.set(Marks::STOPPED);
    }

    pub(in crate::executor) fn hedging_is_stopped(&self) -> bool {
        self.marks.has(Marks::STOPPED | Marks::SEALED)
    }

    /// No attempt follows those that were started.
    pub(in crate::executor) fn seal(&mut self) {
        self.marks.set(Marks::SEALED);
    }

    /// A hedge was paid for, and admitted.
    pub(in crate::executor) fn hedge_granted(&mut self, pass: Option<Pass>) {
        self.marks.set(Marks::HEDGING);
        if let Some(Pass::Held(permit)) = pass {
            self.notes().permits.push((0, permit));
        }
    }

    /// A hedge was denied: it is not asked for again before this time after the last launch.
    pub(in crate::executor) fn hedge_denied(&mut self, raised: Duration) {
        self.notes().raised = raised;
        self.record(|| Event::HedgeDenied);
    }

    pub(in crate::executor) fn hedge_raised_to(&self) -> Duration {
        self.notes.as_ref().map_or(Duration::ZERO, |notes| notes.raised)
    }

    pub(in crate::executor) fn record_on(&mut self, tape: Recorder) {
        self.notes().tape = Some(tape);
    }

    pub(in crate::executor) fn is_recorded(&self) -> bool {
        self.notes.as_ref().is_some_and(|notes| notes.tape.is_some())
    }

    /// An attempt has been started: its number and when, where it is a hedge.
    pub(in crate::executor) fn launched(&mut self, handle: &Handle) -> Option<Launched> {
        self.attempts = self.attempts.saturating_add(1);
        if let Some(notes) = &mut self.notes {
            notes.raised = Duration::ZERO;
            if let Some(permit) = notes.permits.iter_mut().find(|(of, _)| *of == 0) {
                permit.0 = self.attempts;
            }
        }
        let (attempt, hedge) = (u32::from(self.attempts), self.marks.take(Marks::HEDGING));
        self.record(|| Event::AttemptStarted { attempt, hedge });
        if hedge {
            let admitted = handle.front.load().counted_generation();
            return Some(Launched { number: self.attempts, admitted, at: Instant::now() });
        }
        self.groups = self.groups.saturating_add(1);
        self.primary = self.attempts;
        self.marks.take(Marks::WAITING);
        self.marks.set(Marks::RUNNING);
        if self.marks.has(Marks::TIMED) {
            self.begins(Instant::now);
        }
        None
    }

    /// When the primary, and the call, began to count: now, where they did not yet.
    ///
    /// The clock is read when something first has to wait, not before: a call that is ready at once never reads it.
    pub(in crate::executor) fn begins(&mut self, now: impl FnOnce() -> Instant) -> (Instant, Instant) {
        let primary = *self.mark.get_or_insert_with(now);
        (primary, *self.started.get_or_insert(primary))
    }

    /// The primary: its number, and when it began to count.
    pub(in crate::executor) fn primary(&self) -> (u8, Option<Instant>) {
        (self.primary, self.mark)
    }

    /// When the delay between two groups is over; `None` where there is none. Meaningful while the call is waiting.
    pub(in crate::executor) fn delayed_until(&self) -> Option<Instant> {
        self.mark
    }

    /// True where the call's time is up.
    pub(in crate::executor) fn is_late(&self, handle: &Handle) -> bool {
        let deadline = self.started.zip(handle.timeout).map(|(started, timeout)| started.saturating_add(timeout));
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(in crate::executor) fn delay_is_over(&mut self) {
        self.mark = None;
    }

    /// True while the primary runs.
    pub(in crate::executor) fn primary_runs(&self) -> bool {
        self.marks.has(Marks::RUNNING)
    }

    /// An attempt has ended.
    pub(in crate::executor) fn attempt_ended(&mut self, number: u8, outcome: AttemptOutcome, error: Option<String>) {
        if number == self.primary {
            self.marks.take(Marks::RUNNING);
        }
        if self.notes.is_none() && error.is_none() {
            return;
        }
        let attempt = u32::from(number);
        let error = error.map(observe::error_text);
        let notes = self.notes();
        if let Some(tape) = &mut notes.tape {
            tape.record(Event::AttemptEnded { attempt, outcome, error: error.clone() });
        }
        if error.is_some() {
            notes.last_error = error;
        }
    }

    /// Asks for another group, and sets out for it where there is one.
    pub(in crate::executor) fn again(&mut self, handle: &Handle, after: Option<Duration>) -> ControlFlow<EndReason> {
        if self.marks.has(Marks::SEALED) {
            return ControlFlow::Break(EndReason::AttemptsExhausted);
        }
        let mut now = None;
        let mut clock = || *now.get_or_insert_with(Instant::now);
        let failed = Failed {
            attempts: u32::from(self.groups),
            is_probe: self.is_probe(),
            last_delay: self.notes.as_ref().map_or(Duration::ZERO, |notes| notes.last_backoff),
            after,
            started: self.started,
        };
        let (delay, source) = match failed.again(handle, &mut clock) {
            Verdict::Granted { delay, source } => (delay, source),
            Verdict::Exhausted => return ControlFlow::Break(EndReason::AttemptsExhausted),
            Verdict::Refused(denied) => {
                self.circuit_denied(denied);
                return ControlFlow::Break(EndReason::CircuitOpen);
            }
            Verdict::TooLate { delay, source, left } => {
                self.record(|| Event::DelayDenied { delay, source, left });
                return ControlFlow::Break(EndReason::Deadline);
            }
            Verdict::Unpaid => {
                self.record(|| Event::BudgetDenied);
                return ControlFlow::Break(EndReason::BudgetDenied);
            }
        };
        // With a delay the circuit is asked when that is over. Without one it is asked now, while there is an error to return.
        self.marks.set(Marks::WAITING);
        if delay.is_zero() && self.admit(handle, &mut clock).is_err() {
            self.give_back(handle);
            return ControlFlow::Break(EndReason::CircuitOpen);
        }
        if source == DelaySource::Backoff && handle.retry.jitter == Jitter::Decorrelated {
            self.notes().last_backoff = delay;
        }
        self.record(|| Event::Delayed { delay, source });
        // A delay of zero makes no timer: a timer would cost a whole tick of the runtime's clock.
        self.mark = (!delay.is_zero()).then(|| {
            let now = clock();
            self.started.get_or_insert(now);
            now.saturating_add(delay)
        });
        ControlFlow::Continue(())
    }

    /// What was granted and not used is given back.
    pub(in crate::executor) fn give_back(&mut self, handle: &Handle) {
        if self.marks.take(Marks::WAITING) {
            handle.purse.refund();
        }
        if self.marks.take(Marks::HEDGING)
            && let Some(rule) = &handle.hedge
        {
            rule.purse.refund();
        }
    }

    /// The call has ended.
    pub(in crate::executor) fn ended(&mut self, reason: EndReason) {
        if let Some(tape) = self.notes.as_mut().and_then(|notes| notes.tape.take()) {
            tape.end(reason);
        }
    }

    pub(in crate::executor) fn is_first_attempt(&self) -> bool {
        self.groups == 1
    }

    /// The call ends without an error of its own.
    pub(in crate::executor) fn rejection(
        &mut self,
        handle: &Handle,
        kind: RejectionKind,
        limit: Option<Duration>,
    ) -> Rejected {
        Rejected::new(self.rejected(handle, kind, limit))
    }

    /// The same, since the circuit refused to go on.
    pub(in crate::executor) fn refusal(&mut self, handle: &Handle, denied: Denied) -> Rejected {
        let rejection = self.rejected(handle, RejectionKind::CircuitOpen, None);
        Rejected::new(Rejection { circuit: Some(denied.reason), retry_after: denied.retry_after, ..rejection })
    }

    fn rejected(&mut self, handle: &Handle, kind: RejectionKind, limit: Option<Duration>) -> Rejection {
        Rejection {
            kind,
            key: handle.key.clone(),
            attempts: u32::from(self.attempts),
            repeats: handle.retry.repeats(),
            elapsed: self.started.map_or(Duration::ZERO, |started| Instant::now().saturating_duration_since(started)),
            limit,
            retry_after: None,
            circuit: None,
            last_error: self.notes.as_mut().and_then(|notes| notes.last_error.take()),
        }
    }

    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Some(Notes { tape: Some(tape), .. }) = self.notes.as_deref_mut() {
            tape.record(event());
        }
    }

    fn notes(&mut self) -> &mut Notes {
        self.notes.get_or_insert_default()
    }
}
