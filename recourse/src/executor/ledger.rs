//! What a call knows of itself: it counts, remembers and reports. Not generic, so it exists once in a program.

use crate::error::{Rejected, Rejection, RejectionKind};
use crate::executor::handle::Handle;
use crate::executor::retry::{Failed, Verdict};
use crate::observe::{self, AttemptOutcome, Event, Reason, Tape};
use crate::time::Instant;
use std::ops::ControlFlow;
use std::time::Duration;

/// The facts of one call. Small, since it is part of every guarded future.
#[derive(Debug)]
pub(super) struct Ledger {
    /// When the call's time began to count: when something first had to wait.
    started: Option<Instant>,
    /// While an attempt runs: when it first had to wait. Between attempts: when the delay is over, where there is one.
    mark: Option<Instant>,
    notes: Option<Box<Notes>>,
    /// The last delay between attempts, in microseconds.
    last_delay: u32,
    attempts: u8,
    /// A retry was paid for, and has not started.
    waiting: bool,
}

/// What a call remembers when somebody looks, or when an attempt failed in a call that may have to explain itself.
#[derive(Debug, Default)]
struct Notes {
    tape: Option<Tape>,
    last_error: Option<Box<str>>,
}

/// Which limit a running attempt reaches first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    Attempt,
    Call,
}

impl Ledger {
    /// The facts of a call in which so many attempts have started, and nothing else happened.
    pub(super) const fn new(attempts: u8) -> Self {
        Self { started: None, mark: None, notes: None, last_delay: 0, attempts, waiting: false }
    }

    pub(super) fn record_on(&mut self, tape: Tape) {
        self.notes().tape = Some(tape);
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.notes.as_ref().is_some_and(|notes| notes.tape.is_some())
    }

    /// An attempt has been started.
    pub(super) fn launched(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.waiting = false;
        let attempt = u32::from(self.attempts);
        self.record(|| Event::AttemptStarted { attempt });
    }

    /// The limit that the running attempt reaches first, and when.
    ///
    /// The clock is read when something first has to wait, not before: a call that is ready at once never reads it.
    pub(super) fn limit(&mut self, handle: &Handle) -> Option<(Instant, Overdue)> {
        let attempt = *self.mark.get_or_insert_with(Instant::now);
        let call = *self.started.get_or_insert(attempt);
        let attempt = handle.attempt_timeout.map(|timeout| attempt.saturating_add(timeout));
        let call = handle.timeout.map(|timeout| call.saturating_add(timeout));
        match (attempt, call) {
            (Some(attempt), Some(call)) if attempt < call => Some((attempt, Overdue::Attempt)),
            (_, Some(call)) => Some((call, Overdue::Call)),
            (Some(attempt), None) => Some((attempt, Overdue::Attempt)),
            (None, None) => None,
        }
    }

    /// When the delay between two attempts is over; `None` where there is none. Meaningful while the call is waiting.
    pub(super) fn delayed_until(&self) -> Option<Instant> {
        self.mark
    }

    pub(super) fn delay_is_over(&mut self) {
        self.mark = None;
    }

    /// An attempt has ended.
    pub(super) fn attempt_ended(&mut self, outcome: AttemptOutcome, error: Option<String>) {
        self.mark = None;
        if self.notes.is_none() && error.is_none() {
            return;
        }
        let attempt = u32::from(self.attempts);
        let error = error.map(observe::text);
        let notes = self.notes();
        if let Some(tape) = &mut notes.tape {
            tape.record(Event::AttemptEnded { attempt, outcome, error: error.clone() });
        }
        if error.is_some() {
            notes.last_error = error;
        }
    }

    /// Asks for another attempt, and sets out for it where there is one.
    pub(super) fn again(&mut self, handle: &Handle, after: Option<Duration>) -> ControlFlow<Reason> {
        let mut now = None;
        let mut clock = || *now.get_or_insert_with(Instant::now);
        let failed = Failed {
            attempts: u32::from(self.attempts),
            last_delay: Duration::from_micros(u64::from(self.last_delay)),
            after,
            started: self.started,
        };
        let (delay, source) = match failed.again(handle, &mut clock) {
            Verdict::Granted { delay, source } => (delay, source),
            Verdict::Exhausted => return ControlFlow::Break(Reason::AttemptsExhausted),
            Verdict::TooLate { delay, source, left } => {
                self.record(|| Event::DelayDenied { delay, source, left });
                return ControlFlow::Break(Reason::Deadline);
            }
            Verdict::Unpaid => {
                self.record(|| Event::BudgetDenied);
                return ControlFlow::Break(Reason::BudgetDenied);
            }
        };
        self.last_delay = u32::try_from(delay.as_micros()).unwrap_or(u32::MAX);
        self.record(|| Event::Delayed { delay, source });
        self.waiting = true;
        // A delay of zero makes no timer: a timer would cost a whole tick of the runtime's clock.
        self.mark = (!delay.is_zero()).then(|| {
            let now = clock();
            self.started.get_or_insert(now);
            now.saturating_add(delay)
        });
        ControlFlow::Continue(())
    }

    /// The caller dropped the call, or something of the user's panicked, as `running` says of an attempt that runs.
    pub(super) fn abandoned(&mut self, handle: &Handle, running: AttemptOutcome, reason: Reason) {
        if self.waiting {
            // Paid for, and never started.
            if let Some(budget) = handle.purse.budget() {
                budget.refund();
            }
        } else if self.attempts > 0 {
            self.attempt_ended(running, None);
        }
        self.ended(reason);
    }

    /// The call has ended.
    pub(super) fn ended(&mut self, reason: Reason) {
        if let Some(tape) = self.notes.as_mut().and_then(|notes| notes.tape.take()) {
            tape.end(reason);
        }
    }

    pub(super) fn is_first_attempt(&self) -> bool {
        self.attempts == 1
    }

    pub(super) fn rejection(&mut self, handle: &Handle, kind: RejectionKind, limit: Option<Duration>) -> Rejected {
        Rejected::new(Rejection {
            kind,
            key: handle.key.clone(),
            attempts: u32::from(self.attempts),
            elapsed: self.started.map_or(Duration::ZERO, |started| Instant::now().saturating_since(started)),
            limit,
            retry_after: None,
            last_error: self.notes.as_mut().and_then(|notes| notes.last_error.take()),
        })
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
