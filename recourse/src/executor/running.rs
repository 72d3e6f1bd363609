//! The attempts of a call while it is polled: which of them ended, what that decides, and what goes when it is decided.

use crate::circuit::Word;
use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::core::{self, Core, Due};
use crate::executor::group::{Group, Kept, Launched};
use crate::executor::judge::Judge;
use crate::observe::{AttemptOutcome, Reason};
use crate::outcome::Class;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A call, taken apart: its primary, its hedges, and what is known of it.
pub(super) struct Running<'a, Fut, G> {
    pub(super) handle: &'a Handle,
    /// The circuit, as it was when this poll began.
    pub(super) word: Word,
    pub(super) core: Pin<&'a mut Option<Core>>,
    pub(super) attempt: Pin<&'a mut Option<Fut>>,
    pub(super) group: &'a mut G,
}

/// An attempt that ended.
pub(super) struct Ended<R> {
    /// `None` for the primary.
    hedge: Option<Launched>,
    pub(super) outcome: R,
    pub(super) class: Class,
    text: Option<String>,
}

/// How the end of an attempt, or of a wait, leaves the call.
pub(super) enum Settled<R> {
    /// Other attempts run on.
    Running,
    /// A hedge is to be launched.
    Hedge,
    /// This is the call's outcome.
    Done(R),
    /// There is none.
    Rejected(Rejected),
    /// Another group is due.
    Again,
}

impl<Fut: Future, G: Group<Fut>> Running<'_, Fut, G> {
    /// True while an attempt runs.
    #[inline]
    pub(super) fn any(&self) -> bool {
        self.attempt.is_some() || self.group.runs()
    }

    /// The same, for a shorter time.
    #[inline]
    pub(super) fn reborrow(&mut self) -> Running<'_, Fut, G> {
        let (core, attempt) = (self.core.as_mut(), self.attempt.as_mut());
        Running { handle: self.handle, word: self.word, core, attempt, group: self.group }
    }

    /// What a first attempt belongs to is remembered from here on.
    pub(super) fn remembered(&mut self) {
        if self.handle.circuit.is_some() && self.core.is_none() {
            core::begun(self.core.as_mut(), self.word.admits());
        }
    }

    /// Polls the primary, where it runs, and judges what it returns. It is dropped then.
    #[inline]
    pub(super) fn poll_primary<J: Judge<Fut::Output>>(
        &mut self,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Ended<Fut::Output>> {
        let Some(attempt) = self.attempt.as_mut().as_pin_mut() else { return Poll::Pending };
        let outcome = ready!(attempt.poll(cx));
        let (class, text) = self.judged(judge, &outcome);
        self.attempt.set(None);
        Poll::Ready(Ended { hedge: None, outcome, class, text })
    }

    /// Polls the hedges in the order of their launch, and judges the first that is ready. It is dropped before.
    pub(super) fn poll_hedges<J: Judge<Fut::Output>>(
        &mut self,
        judge: J,
        cx: &mut Context<'_>,
    ) -> Poll<Ended<Fut::Output>> {
        let (hedge, outcome) = ready!(self.group.poll(cx));
        let (class, text) = self.judged(judge, &outcome);
        self.group.judged();
        Poll::Ready(Ended { hedge: Some(hedge), outcome, class, text })
    }

    #[inline]
    fn judged<J: Judge<Fut::Output>>(&self, judge: J, outcome: &Fut::Output) -> (Class, Option<String>) {
        let class = judge.class(outcome);
        let told = class != Class::Success && core::wants_text(&self.core, self.handle);
        (class, if told { judge.text(outcome) } else { None })
    }

    /// What an ended attempt decides: a success wins, and a failure for good ends the group (unless it fails slow); both at
    /// once. Any other failure is kept until no attempt runs.
    pub(super) fn settle(&mut self, ended: Ended<Fut::Output>) -> Settled<Fut::Output> {
        let Ended { hedge, outcome, class, text } = ended;
        core::attempt_ended(self.core.as_mut(), self.handle, hedge, class, text);
        let decides = match class {
            Class::Success => true,
            Class::NonRetryable | Class::Ignore => !self.handle.fails_slow(),
            Class::Retryable { .. } => false,
        };
        if self.group.is_alone() {
            return self.decided(class, None, outcome);
        }
        if decides {
            self.drop_all(AttemptOutcome::Cancelled, true);
            self.group.over();
            return self.decided(class, None, outcome);
        }
        let number = hedge.map_or(0, |hedge| hedge.number);
        self.group.keep(Kept { number, class, outcome });
        self.over_if_none_runs()
    }

    /// Waits, while all attempts are pending, for a limit or a hedge.
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Settled<Fut::Output>> {
        let (primary_runs, facts) = (self.attempt.is_some(), self.group.facts());
        let due = ready!(core::due(self.core.as_mut(), self.handle, primary_runs, facts, cx));
        Poll::Ready(match due {
            Due::Hedge => Settled::Hedge,
            Due::Call => {
                self.drop_all(AttemptOutcome::Timeout, true);
                match self.group.over() {
                    Some((kept, _)) => {
                        core::abandoned(self.core.as_mut(), self.handle, Reason::Timeout);
                        Settled::Done(kept.outcome)
                    }
                    None => self.timed_out(due),
                }
            }
            Due::Attempt => {
                let outcome = AttemptOutcome::AttemptTimeout;
                if primary_runs {
                    self.drop_primary(outcome, true);
                } else if let Some(hedge) = self.group.cut() {
                    core::attempt_dropped(self.core.as_mut(), self.handle, Some(hedge), outcome, true);
                }
                self.over_if_none_runs()
            }
        })
    }

    /// Drops the primary, where it runs. `lost` to another, or to a limit: then it counts how long it ran.
    fn drop_primary(&mut self, outcome: AttemptOutcome, lost: bool) {
        if self.attempt.is_some() {
            self.attempt.set(None);
            if self.core.is_some() {
                core::attempt_dropped(self.core.as_mut(), self.handle, None, outcome, lost);
            }
        }
    }

    /// Drops every attempt that runs.
    pub(super) fn drop_all(&mut self, outcome: AttemptOutcome, lost: bool) {
        self.drop_primary(outcome, lost);
        while let Some(hedge) = self.group.cut() {
            core::attempt_dropped(self.core.as_mut(), self.handle, Some(hedge), outcome, lost);
        }
    }

    /// Once no attempt runs, the failure that outranks the others is the group's; without any, all were cut.
    fn over_if_none_runs(&mut self) -> Settled<Fut::Output> {
        if self.any() {
            return Settled::Running;
        }
        match self.group.over() {
            Some((kept, after)) => self.decided(kept.class, after, kept.outcome),
            None => self.timed_out(Due::Attempt),
        }
    }

    fn decided(&mut self, class: Class, after: Option<Duration>, outcome: Fut::Output) -> Settled<Fut::Output> {
        match core::decided(self.core.as_mut(), self.handle, class, after) {
            ControlFlow::Break(()) => Settled::Done(outcome),
            // The outcome is dropped here: an error that is not `Send` must not stay while the call waits.
            ControlFlow::Continue(()) => Settled::Again,
        }
    }

    fn timed_out(&mut self, due: Due) -> Settled<Fut::Output> {
        core::timed_out(self.core.as_mut(), self.handle, due).map_or(Settled::Again, Settled::Rejected)
    }

    /// Something of the user's panicked: everything goes, and is told of, before the panic goes on to the caller.
    #[cold]
    #[inline(never)]
    fn unwound(mut self) {
        let (handle, panicked) = (self.handle, AttemptOutcome::Panicked);
        if self.attempt.is_some() {
            self.remembered();
        }
        // The one that panicked first, so that it is the only one that is told so.
        if let Some(hedge) = self.group.take_polled() {
            core::attempt_dropped(self.core.as_mut(), handle, Some(hedge), panicked, false);
        } else {
            self.drop_primary(panicked, false);
        }
        self.drop_all(AttemptOutcome::Cancelled, false);
        core::abandoned(self.core.as_mut(), handle, Reason::Panicked);
    }
}

/// Stands by while code of the user's runs: the body, a classifier, a trigger, a budget. When that panics the call has ended
/// before the panic goes on. Forgotten when it does not, so it costs nothing.
pub(super) struct Watch<'a, Fut: Future, G: Group<Fut>>(pub(super) Running<'a, Fut, G>);

impl<Fut: Future, G: Group<Fut>> Drop for Watch<'_, Fut, G> {
    #[inline]
    fn drop(&mut self) {
        self.0.reborrow().unwound();
    }
}
