//! The part of a call that is not generic: it counts, measures, decides and reports, and exists once in a program.

use crate::error::{Rejected, Rejection, RejectionKind};
use crate::executor::handle::Handle;
use crate::executor::retry::{self, Failed};
use crate::observe::{self, AttemptOutcome, Event, Reason, Tape};
use crate::outcome::Class;
use crate::time::{Instant, Timer};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing happened yet.
    Fresh,
    /// An attempt is in place, and is not being polled.
    Running,
    /// The attempt is being polled. Found after the fact, this is a panic of the body or of a function of the user's.
    Polling,
    /// A retry was granted, and waits for its delay, or to be launched.
    Waiting,
    /// The call has ended.
    Done,
}

/// The state of one call. Small, since it is part of every guarded future.
#[derive(Debug)]
pub(super) struct Core {
    /// When the call's time began to count: when something first had to wait.
    started: Option<Instant>,
    /// Running: when the attempt first had to wait. Waiting: when the delay is over, where there is one.
    mark: Option<Instant>,
    notes: Aside,
    /// The last delay between attempts, in microseconds.
    last_delay: u32,
    attempts: u8,
    pub(super) phase: Phase,
}

/// What a call remembers once somebody looks, or an attempt failed in a call that may have to explain itself.
#[derive(Debug, Default)]
struct Notes {
    tape: Option<Tape>,
    last_error: Option<Box<str>>,
}

/// What only some calls need. Its own type for its own `Drop`: so a call without notes pays one comparison for them.
#[derive(Debug)]
struct Aside(Option<Box<Notes>>);

impl Drop for Aside {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        #[inline(never)]
        fn forget(notes: Option<Box<Notes>>) {
            drop(notes);
        }
        if self.0.is_some() {
            forget(self.0.take());
        }
    }
}

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

/// Which limit a running attempt has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    Attempt,
    Call,
}

impl Core {
    pub(super) const fn new() -> Self {
        Self { started: None, mark: None, notes: Aside(None), last_delay: 0, attempts: 0, phase: Phase::Fresh }
    }

    /// The gate: starts the recording where one is wanted, and says no where the call must not run.
    #[cold]
    pub(super) fn open(&mut self, handle: &Handle) -> Option<Rejected> {
        if let Some(tape) = Tape::start(&handle.key, &handle.effective, &handle.audience) {
            self.notes().tape = Some(tape);
        }
        if !handle.denied {
            return None;
        }
        self.end(Reason::NoPolicy);
        Some(self.rejection(handle, RejectionKind::NoPolicy, None))
    }

    /// An attempt has been started.
    #[inline]
    pub(super) fn launched(&mut self) {
        // No policy allows more than ten.
        self.attempts = self.attempts.wrapping_add(1);
        self.phase = Phase::Running;
        if self.notes.0.is_some() {
            self.tell_launched();
        }
    }

    #[cold]
    fn tell_launched(&mut self) {
        let attempt = u32::from(self.attempts);
        self.record(|| Event::AttemptStarted { attempt });
    }

    /// Waits, while an attempt is pending, for the limit it reaches first.
    pub(super) fn overdue(&mut self, handle: &Handle, timer: Pin<&mut Timer>, cx: &mut Context<'_>) -> Poll<Overdue> {
        // The clock is read when something first has to wait, not before: a call that is ready at once never reads it.
        let attempt = *self.mark.get_or_insert_with(Instant::now);
        let call = *self.started.get_or_insert(attempt);
        let attempt = handle.attempt_timeout.map(|timeout| attempt.saturating_add(timeout));
        let call = handle.timeout.map(|timeout| call.saturating_add(timeout));
        let (due, overdue) = match (attempt, call) {
            (Some(attempt), Some(call)) if attempt < call => (attempt, Overdue::Attempt),
            (_, Some(call)) => (call, Overdue::Call),
            (Some(attempt), None) => (attempt, Overdue::Attempt),
            (None, None) => return Poll::Pending,
        };
        timer.poll_until(due, cx).map(|()| overdue)
    }

    /// Waits for the end of the delay before a retry, where there is one.
    ///
    /// # Panics
    ///
    /// When the call has ended: there is nothing to wait for.
    #[cold]
    pub(super) fn waiting(&mut self, timer: Pin<&mut Timer>, cx: &mut Context<'_>) -> Poll<()> {
        assert!(self.phase == Phase::Waiting, "a guarded call was polled after it had ended");
        if let Some(due) = self.mark {
            ready!(timer.poll_until(due, cx));
        }
        self.mark = None;
        Poll::Ready(())
    }

    /// The attempt has an outcome, of which `text` is the error's text where [`Self::wants_text`].
    #[inline]
    pub(super) fn finished(&mut self, handle: &Handle, class: Class, text: Option<String>) -> Next {
        if class != Class::Success {
            return self.failed(handle, class, text);
        }
        if self.attempts == 1 {
            handle.purse.deposit();
        }
        self.phase = Phase::Done;
        if self.notes.0.is_some() {
            self.tell_success(text);
        }
        Next::Done
    }

    #[cold]
    fn tell_success(&mut self, text: Option<String>) {
        self.attempt_ended(AttemptOutcome::Success, text);
        self.end(Reason::Success);
    }

    /// True where the text of a failure will be read: somebody looks, or a later attempt may end without an error.
    pub(super) fn wants_text(&self, handle: &Handle) -> bool {
        handle.is_timed() || self.notes.0.as_ref().is_some_and(|notes| notes.tape.is_some())
    }

    #[cold]
    fn failed(&mut self, handle: &Handle, class: Class, text: Option<String>) -> Next {
        let (outcome, verdict) = retry::outcome(class);
        self.attempt_ended(outcome, text);
        let stop = match verdict {
            ControlFlow::Break(reason) => reason,
            ControlFlow::Continue(after) => match self.again(handle, after) {
                ControlFlow::Break(reason) => reason,
                ControlFlow::Continue(()) => return Next::Again,
            },
        };
        self.end(stop);
        Next::Done
    }

    /// The attempt was cut, by its own limit or the call's.
    #[cold]
    pub(super) fn timed_out(&mut self, handle: &Handle, overdue: Overdue) -> Next {
        let (reason, kind, limit) = match overdue {
            Overdue::Call => {
                self.attempt_ended(AttemptOutcome::Timeout, None);
                (Reason::Timeout, RejectionKind::Timeout, handle.timeout)
            }
            Overdue::Attempt => {
                self.attempt_ended(AttemptOutcome::AttemptTimeout, None);
                match self.again(handle, None) {
                    ControlFlow::Continue(()) => return Next::Again,
                    ControlFlow::Break(reason) => (reason, RejectionKind::AttemptTimeout, handle.attempt_timeout),
                }
            }
        };
        self.end(reason);
        Next::Rejected(self.rejection(handle, kind, limit))
    }

    /// Asks for another attempt, and sets out for it where there is one.
    fn again(&mut self, handle: &Handle, after: Option<Duration>) -> ControlFlow<Reason> {
        let mut now = None;
        let mut clock = || *now.get_or_insert_with(Instant::now);
        let failed = Failed {
            attempts: u32::from(self.attempts),
            last_delay: Duration::from_micros(u64::from(self.last_delay)),
            after,
            started: self.started,
        };
        let granted = failed.again(handle, &mut clock);
        if let ControlFlow::Break(Reason::BudgetDenied) = granted {
            self.record(|| Event::BudgetDenied);
        }
        let retry::Again { delay, source } = granted?;
        self.last_delay = u32::try_from(delay.as_micros()).unwrap_or(u32::MAX);
        self.record(|| Event::Delayed { delay, source });
        // A delay of zero makes no timer: a timer would cost a whole tick of the runtime's clock.
        self.phase = Phase::Waiting;
        self.mark = (!delay.is_zero()).then(|| {
            let now = clock();
            self.started.get_or_insert(now);
            now.saturating_add(delay)
        });
        ControlFlow::Continue(())
    }

    /// The caller dropped the call, or something of the user's panicked.
    #[cold]
    pub(super) fn abandoned(&mut self, handle: &Handle) {
        let (outcome, reason) = match self.phase {
            Phase::Fresh | Phase::Done => return,
            Phase::Polling => (AttemptOutcome::Panicked, Reason::Panicked),
            Phase::Running | Phase::Waiting => (AttemptOutcome::Cancelled, Reason::Cancelled),
        };
        if self.phase == Phase::Waiting {
            // The retry was paid for, and never started.
            if let Some(budget) = handle.purse.budget() {
                budget.refund();
            }
        } else {
            self.attempt_ended(outcome, None);
        }
        self.end(reason);
    }

    fn attempt_ended(&mut self, outcome: AttemptOutcome, error: Option<String>) {
        self.mark = None;
        if self.notes.0.is_none() && error.is_none() {
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

    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Some(Notes { tape: Some(tape), .. }) = self.notes.0.as_deref_mut() {
            tape.record(event());
        }
    }

    fn end(&mut self, reason: Reason) {
        self.phase = Phase::Done;
        if let Some(tape) = self.notes.0.as_mut().and_then(|notes| notes.tape.take()) {
            tape.end(reason);
        }
    }

    fn notes(&mut self) -> &mut Notes {
        self.notes.0.get_or_insert_default()
    }

    fn rejection(&mut self, handle: &Handle, kind: RejectionKind, limit: Option<Duration>) -> Rejected {
        Rejected::new(Rejection {
            kind,
            key: handle.key.clone(),
            attempts: u32::from(self.attempts),
            elapsed: self.started.map_or(Duration::ZERO, |started| Instant::now().saturating_since(started)),
            limit,
            retry_after: None,
            last_error: self.notes.0.as_mut().and_then(|notes| notes.last_error.take()),
        })
    }
}
