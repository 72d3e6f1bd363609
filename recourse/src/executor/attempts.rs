//! The attempts of a call, as the engine sees them: not what they are, nor what they return, only how they end.
//!
//! The engine exists once in a program. What has to know the types (polling, judging, keeping an outcome) stands behind these
//! traits, a handful of small functions for each guarded function.

use crate::executor::group::Book;
use crate::executor::judge::Judge;
use crate::outcome::Class;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The primary attempt of a group, and perhaps others beside it; and the outcome that is put aside while the engine thinks.
pub(super) trait Attempts {
    /// True while the primary runs.
    fn primary_runs(&self) -> bool;
    /// Drops the primary, where it runs.
    fn drop_primary(&mut self);
    /// The text of the error that was put aside.
    fn text(&self) -> Option<String>;
    /// Its hedges, where there can be any.
    fn hedges(&mut self) -> Option<&mut dyn Beside>;
}

/// Hedges.
pub(super) trait Beside {
    /// What is known of them; `None` where none was launched, and no failure is kept.
    fn book(&mut self) -> Option<&mut Book>;
    /// Polls one, as the primary is polled.
    fn poll_hedge(&mut self, slot: usize, cx: &mut Context<'_>) -> Option<Class>;
    /// Drops one.
    fn drop_hedge(&mut self, slot: usize);
    /// The outcome that was put aside may become the group's.
    fn keep(&mut self);
    /// The group is over, and all is as it was before its first hedge. `kept`: the outcome that was kept is put aside.
    fn over(&mut self, kept: bool);
}

/// A primary attempt, who judges it, what stands beside it, and the outcome that is put aside.
pub(super) struct Aside<'a, Fut: Future, J, G> {
    pub(super) attempt: Pin<&'a mut Option<Fut>>,
    pub(super) judge: J,
    pub(super) group: G,
    pub(super) outcome: Option<Fut::Output>,
}

impl<Fut: Future, J: Judge<Fut::Output>, G> Aside<'_, Fut, J, G> {
    /// Judges an outcome, and puts it aside.
    pub(super) fn judged(&mut self, polled: Poll<Fut::Output>) -> Option<Class> {
        let Poll::Ready(outcome) = polled else { return None };
        let class = self.judge.class(&outcome);
        self.outcome = Some(outcome);
        Some(class)
    }

    /// Polls the primary, where it runs. Where it is ready, this is its class; its outcome has been put aside, and it is still
    /// to be dropped.
    pub(super) fn poll_primary(&mut self, cx: &mut Context<'_>) -> Option<Class> {
        let polled = self.attempt.as_mut().as_pin_mut()?.poll(cx);
        self.judged(polled)
    }
}

impl<Fut: Future, J: Judge<Fut::Output>, G: Group<Fut, J>> Attempts for Aside<'_, Fut, J, G> {
    fn primary_runs(&self) -> bool {
        self.attempt.is_some()
    }

    fn drop_primary(&mut self) {
        self.attempt.set(None);
    }

    fn text(&self) -> Option<String> {
        match &self.outcome {
            Some(outcome) => self.judge.text(outcome),
            None => None,
        }
    }

    fn hedges(&mut self) -> Option<&mut dyn Beside> {
        G::beside(self)
    }
}

/// What stands beside the primary: hedges, or nothing ever.
pub(super) trait Group<Fut: Future, J>: Sized {
    /// False where there can be no hedge.
    const HEDGES: bool;
    fn beside<'s>(aside: &'s mut Aside<'_, Fut, J, Self>) -> Option<&'s mut dyn Beside>;
}

impl<Fut: Future, J> Group<Fut, J> for () {
    const HEDGES: bool = false;

    fn beside<'s>(_: &'s mut Aside<'_, Fut, J, Self>) -> Option<&'s mut dyn Beside> {
        None
    }
}
