//! A call while it is polled and not all went well at once: which attempt ended, what that decides, and what goes when it is
//! decided. Not generic, so it exists once in a program.

use crate::circuit::PackedState;
use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::attempts::{Attempts, Beside};
use crate::executor::core::{self, Due, Slot};
use crate::executor::group::{Facts, Launched};
use crate::observe::{AttemptOutcome, EndReason};
use crate::outcome::Class;
use std::mem;
use std::ops::ControlFlow;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A call, taken apart: its attempts, and what is known of it.
pub(super) struct Running<'a> {
    pub(super) handle: &'a Handle,
    /// The circuit, as it was when this poll began.
    pub(super) word: PackedState,
    pub(super) core: Slot<'a>,
    pub(super) attempts: &'a mut dyn Attempts,
    /// There may be hedges. Most calls have none, and are not asked for them again and again.
    pub(super) may_hedge: bool,
}

/// What the function has to do.
pub(super) enum Verdict {
    /// Make another attempt.
    Launch,
    /// Poll the primary again: a hedge has ended, and the primary may have been ready before.
    Poll,
    /// Return the outcome that was put aside.
    Outcome,
    /// There is none.
    Rejected(Rejected),
}

/// An attempt that ended, and is dropped.
struct Ended {
    /// `None` for the primary.
    hedge: Option<Launched>,
    class: Class,
    text: Option<String>,
}

/// How the end of an attempt, or of a wait, leaves the call.
enum Settled {
    /// Other attempts run on.
    Running,
    /// The function has to do something.
    Verdict(Verdict),
    /// Another group is due.
    Again,
}

/// What the end of the primary decides, just now, or what comes of those that run on. Its outcome has been put aside, and it is
/// still to be dropped.
#[cold]
#[inline(never)]
pub(super) fn go_on(mut call: Running<'_>, primary: Option<Class>, cx: &mut Context<'_>) -> Poll<Verdict> {
    if primary.is_none() && !call.any() {
        return waited(call, cx);
    }
    call.remembered();
    let ended = match primary {
        Some(class) => Poll::Ready(call.primary_ended(class)),
        None => call.poll_hedges(cx),
    };
    let settled = match ended {
        Poll::Ready(ended) => call.settle(ended),
        Poll::Pending if !call.handle.waits() => return Poll::Pending,
        Poll::Pending => ready!(call.wait(cx)),
    };
    match settled {
        Settled::Running => Poll::Ready(Verdict::Poll),
        Settled::Verdict(verdict) => Poll::Ready(verdict),
        Settled::Again => waited(call, cx),
    }
}

/// Another attempt is due after its delay, unless the call's time is up by then.
fn waited(call: Running<'_>, cx: &mut Context<'_>) -> Poll<Verdict> {
    core::delay(call.core, call.handle, cx).map(|late| late.map_or(Verdict::Launch, Verdict::Rejected))
}

impl Running<'_> {
    #[inline]
    fn hedges(&mut self) -> Option<&mut dyn Beside> {
        if self.may_hedge { self.attempts.hedges() } else { None }
    }

    /// True while an attempt runs.
    fn any(&mut self) -> bool {
        self.attempts.primary_runs() || self.next_hedge(0).is_some()
    }

    fn facts(&mut self) -> Facts {
        self.hedges().and_then(|hedges| hedges.book().map(|book| book.facts())).unwrap_or_default()
    }

    /// What a first attempt belongs to is remembered from here on.
    fn remembered(&mut self) {
        if self.handle.circuit.is_some() && self.core.is_none() {
            core::begun(self.core.as_mut(), self.word.counted_generation());
        }
    }

    fn primary_ended(&mut self, class: Class) -> Ended {
        let text = self.text_of(class);
        self.attempts.drop_primary();
        Ended { hedge: None, class, text }
    }

    /// Polls the hedges in the order of their launch, until one is ready.
    fn poll_hedges(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        let mut from = 0;
        while let Some((slot, launched)) = self.next_hedge(from) {
            if let Some(class) = self.poll_hedge(slot, cx) {
                let text = self.text_of(class);
                if let Some(hedges) = self.hedges() {
                    if let Some(book) = hedges.book() {
                        book.polling = None;
                        book.gone(slot);
                    }
                    hedges.drop_hedge(slot);
                }
                return Poll::Ready(Ended { hedge: Some(launched), class, text });
            }
            from = slot + 1;
        }
        Poll::Pending
    }

    /// The book says which one is polled, and judged: should that panic, it is told of first.
    fn poll_hedge(&mut self, slot: usize, cx: &mut Context<'_>) -> Option<Class> {
        let hedges = self.hedges()?;
        hedges.book()?.polling = Some(slot);
        let polled = hedges.poll_hedge(slot, cx);
        if polled.is_none() {
            hedges.book()?.polling = None;
        }
        polled
    }

    fn next_hedge(&mut self, from: usize) -> Option<(usize, Launched)> {
        self.hedges()?.book()?.next(from)
    }

    /// The text of a failure that was put aside, where it will be read.
    fn text_of(&self, class: Class) -> Option<String> {
        let wanted = class != Class::Success && core::wants_text(&self.core, self.handle);
        if wanted { self.attempts.text() } else { None }
    }

    /// What an ended attempt decides: a success wins, and a failure for good ends the group (unless it fails slow); both at
    /// once. Any other failure is kept until no attempt runs.
    fn settle(&mut self, ended: Ended) -> Settled {
        let Ended { hedge, class, text } = ended;
        core::attempt_ended(self.core.as_mut(), self.handle, hedge, class, text);
        let decides = match class {
            Class::Success => true,
            Class::NonRetryable | Class::Ignore => !self.handle.fails_slow(),
            Class::Retryable { .. } => false,
        };
        if self.is_alone() {
            return self.decided(class, None);
        }
        if decides {
            self.drop_all(AttemptOutcome::Cancelled, true);
            if let Some(hedges) = self.hedges() {
                hedges.over(false);
            }
            return self.decided(class, None);
        }
        if let Some(hedges) = self.hedges() {
            let number = hedge.map_or(0, |hedge| hedge.number);
            if hedges.book().is_some_and(|book| book.outranks(number, class)) {
                hedges.keep();
            }
        }
        self.over_if_none_runs()
    }

    /// Waits, while all attempts are pending, for a limit or a hedge.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Settled> {
        let (primary_runs, facts) = (self.attempts.primary_runs(), self.facts());
        let due = ready!(core::due(self.core.as_mut(), self.handle, primary_runs, facts, cx));
        Poll::Ready(match due {
            Due::Hedge => Settled::Verdict(Verdict::Launch),
            Due::Call => {
                self.drop_all(AttemptOutcome::Timeout, true);
                match self.group_over() {
                    Some(_) => {
                        core::abandoned(self.core.as_mut(), self.handle, EndReason::Timeout);
                        Settled::Verdict(Verdict::Outcome)
                    }
                    None => self.timed_out(due),
                }
            }
            Due::Attempt => {
                let outcome = AttemptOutcome::AttemptTimeout;
                if primary_runs {
                    self.drop_primary(outcome, true);
                } else {
                    self.drop_next_hedge(outcome, true);
                }
                self.over_if_none_runs()
            }
        })
    }

    /// Drops the primary, where it runs. `lost` to another, or to a limit: then it counts how long it ran.
    fn drop_primary(&mut self, outcome: AttemptOutcome, lost: bool) {
        if self.attempts.primary_runs() {
            self.attempts.drop_primary();
            if self.core.is_some() {
                core::attempt_dropped(self.core.as_mut(), self.handle, None, outcome, lost);
            }
        }
    }

    /// Drops a hedge that runs.
    fn drop_hedge(&mut self, slot: usize, outcome: AttemptOutcome, lost: bool) {
        let Some(hedges) = self.hedges() else { return };
        let Some(hedge) = hedges.book().and_then(|book| book.gone(slot)) else { return };
        hedges.drop_hedge(slot);
        core::attempt_dropped(self.core.as_mut(), self.handle, Some(hedge), outcome, lost);
    }

    /// Drops the hedge that has run longest. False where none runs.
    fn drop_next_hedge(&mut self, outcome: AttemptOutcome, lost: bool) -> bool {
        let next = self.next_hedge(0);
        if let Some((slot, _)) = next {
            self.drop_hedge(slot, outcome, lost);
        }
        next.is_some()
    }

    /// Drops every attempt that runs.
    fn drop_all(&mut self, outcome: AttemptOutcome, lost: bool) {
        self.drop_primary(outcome, lost);
        while self.drop_next_hedge(outcome, lost) {}
    }

    /// True where no hedge was launched, and no failure is kept: the primary decides.
    fn is_alone(&mut self) -> bool {
        self.hedges().is_none_or(|hedges| hedges.book().is_none())
    }

    /// The group is over: the class of the failure that it kept, which is put aside, and the longest time it asked for.
    fn group_over(&mut self) -> Option<(Class, Option<Duration>)> {
        let hedges = self.hedges()?;
        let kept = hedges.book()?.kept();
        hedges.over(kept.is_some());
        kept
    }

    /// Once no attempt runs, the failure that outranks the others is the group's; without any, all were cut.
    fn over_if_none_runs(&mut self) -> Settled {
        if self.any() {
            return Settled::Running;
        }
        match self.group_over() {
            Some((class, after)) => self.decided(class, after),
            None => self.timed_out(Due::Attempt),
        }
    }

    fn decided(&mut self, class: Class, after: Option<Duration>) -> Settled {
        match core::decided(self.core.as_mut(), self.handle, class, after) {
            ControlFlow::Break(()) => Settled::Verdict(Verdict::Outcome),
            ControlFlow::Continue(()) => Settled::Again,
        }
    }

    fn timed_out(&mut self, due: Due) -> Settled {
        let rejected = core::timed_out(self.core.as_mut(), self.handle, due);
        rejected.map_or(Settled::Again, |rejected| Settled::Verdict(Verdict::Rejected(rejected)))
    }

    /// The caller dropped the call before its end: first what it holds goes, then the word about it.
    #[cold]
    pub(super) fn cancelled(self) {
        struct Dropping<'a>(Running<'a>);
        impl Drop for Dropping<'_> {
            fn drop(&mut self) {
                self.0.unwound();
            }
        }
        let mut dropping = Dropping(self);
        let call = &mut dropping.0;
        let reason = core::reason_of_drop(call.any());
        call.drop_all(AttemptOutcome::Cancelled, false);
        core::abandoned(call.core.as_mut(), call.handle, reason);
        mem::forget(dropping);
    }

    /// Something of the user's panicked: everything goes, and is told of, before the panic goes on to the caller.
    #[cold]
    #[inline(never)]
    pub(super) fn unwound(&mut self) {
        let panicked = AttemptOutcome::Panicked;
        if self.attempts.primary_runs() {
            self.remembered();
        }
        // The one that panicked first, so that it is the only one that is told so.
        let polling = self.hedges().and_then(|hedges| hedges.book()?.polling.take());
        match polling {
            Some(slot) => self.drop_hedge(slot, panicked, false),
            None => self.drop_primary(panicked, false),
        }
        self.drop_all(AttemptOutcome::Cancelled, false);
        core::abandoned(self.core.as_mut(), self.handle, EndReason::Panicked);
    }
}
