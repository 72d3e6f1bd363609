//! The part of a call that knows the types of the guarded function: it polls the primary, and ends the call at once where all
//! is well. Everything else it asks of [`Running`].

use crate::circuit::PackedState;
use crate::executor::Handle;
use crate::executor::attempts::{Aside, Attempts, Group};
use crate::executor::core::Slot;
use crate::executor::judge::{Answers, Judge};
use crate::executor::running::{Running, Verdict, go_on};
use crate::outcome::Class;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a call wants of the function it is in.
#[derive(Debug)]
pub enum Turn<R> {
    /// Another attempt is due: a retry, or a hedge beside those that run.
    Launch,
    /// The call has ended.
    Done(R),
}

/// A call, taken apart while it is polled. Handed on by value, so that it need not be in memory while all is well.
pub(super) struct Parts<'a, Fut: Future, J, G> {
    pub(super) handle: &'a Handle,
    pub(super) core: Slot<'a>,
    pub(super) attempt: Pin<&'a mut Option<Fut>>,
    pub(super) judge: J,
    pub(super) group: G,
}

impl<'a, Fut, J, G> Parts<'a, Fut, J, G>
where
    Fut: Future,
    J: Judge<Fut::Output>,
    G: Group<Fut, J>,
{
    /// Polls the attempts, until the call has ended or the function is needed.
    #[inline]
    pub(super) fn turn(self, cx: &mut Context<'_>) -> Poll<Turn<Fut::Output>> {
        // The circuit, as it was when this poll began.
        let word = self.handle.circuit_word();
        let mut watch = Watch(Some((self, word)));
        let Some((parts, _)) = &mut watch.0 else { return Poll::Pending };
        let mut ended = None;
        if let Some(attempt) = parts.attempt.as_mut().as_pin_mut()
            && let Poll::Ready(outcome) = attempt.poll(cx)
        {
            let class = parts.judge.class(&outcome);
            // The way of most calls. Without a core the primary was the first attempt, and alone.
            if class == Class::Success && parts.core.is_none() {
                parts.attempt.set(None);
                parts.handle.succeeded_at_once(word, G::HEDGES);
                watch.0 = None;
                return Poll::Ready(Turn::Done(outcome));
            }
            ended = Some((class, outcome));
        }
        match watch.0.take() {
            Some((parts, word)) => parts.go_on(word, ended, cx),
            None => Poll::Pending,
        }
    }

    /// Everything but the success of a primary that is alone and was ready at once: that has `ended` so just now, or is pending.
    #[cold]
    #[inline(never)]
    fn go_on(
        self,
        word: PackedState,
        ended: Option<(Class, Fut::Output)>,
        cx: &mut Context<'_>,
    ) -> Poll<Turn<Fut::Output>> {
        let mut watch = ColdWatch(self.apart(word));
        let (handle, word, core, attempts) = &mut watch.0;
        let mut class = None;
        if let Some((ended, outcome)) = ended {
            (class, attempts.outcome) = (Some(ended), Some(outcome));
        }
        let verdict = loop {
            let running = Running { handle, word: *word, core: core.as_mut(), attempts, may_hedge: G::HEDGES };
            match go_on(running, class, cx) {
                Poll::Ready(Verdict::Poll) if G::HEDGES => class = attempts.poll_primary(cx),
                verdict => break verdict,
            }
        };
        let (judge, outcome) = (attempts.judge, attempts.outcome.take());
        std::mem::forget(watch);
        turn_of(verdict, outcome, &judge)
    }

    fn apart(self, word: PackedState) -> Apart<'a, Aside<'a, Fut, J, G>> {
        let Self { handle, core, attempt, judge, group } = self;
        (handle, word, core, Aside { attempt, judge, group, outcome: None })
    }

    /// The caller dropped the call before its end.
    #[cold]
    #[inline(never)]
    pub(super) fn cancelled(self) {
        let word = self.handle.circuit_word();
        let (handle, word, core, mut attempts) = self.apart(word);
        Running { handle, word, core, attempts: &mut attempts, may_hedge: G::HEDGES }.cancelled();
    }

    #[cold]
    #[inline(never)]
    fn unwound(self, word: PackedState) {
        drop(ColdWatch(self.apart(word)));
    }
}

/// A call, and its attempts as the engine sees them.
type Apart<'a, A> = (&'a Handle, PackedState, Slot<'a>, A);

/// What the engine decided, with the outcome that was put aside. In terms of the return type only, so that functions with the
/// same one share it.
#[cold]
#[inline(never)]
fn turn_of<R>(verdict: Poll<Verdict>, outcome: Option<R>, judge: &dyn Answers<R>) -> Poll<Turn<R>> {
    verdict.map(|verdict| match (verdict, outcome) {
        (Verdict::Outcome, Some(outcome)) => Turn::Done(outcome),
        (Verdict::Rejected(rejected), _) => Turn::Done(judge.reject(rejected)),
        _ => Turn::Launch,
    })
}

/// Stands by while code of the user's runs: the body, a classifier, a trigger, a budget. When that panics the call has ended
/// before the panic goes on. Emptied when it does not, so it costs nothing.
struct Watch<'a, Fut, J, G>(Option<(Parts<'a, Fut, J, G>, PackedState)>)
where
    Fut: Future,
    J: Judge<Fut::Output>,
    G: Group<Fut, J>;

impl<Fut, J, G> Drop for Watch<'_, Fut, J, G>
where
    Fut: Future,
    J: Judge<Fut::Output>,
    G: Group<Fut, J>,
{
    #[inline]
    fn drop(&mut self) {
        if let Some((parts, word)) = self.0.take() {
            parts.unwound(word);
        }
    }
}

/// The same, once it is in memory anyway.
struct ColdWatch<'a, A: Attempts>(Apart<'a, A>);

impl<A: Attempts> Drop for ColdWatch<'_, A> {
    fn drop(&mut self) {
        let (handle, word, core, attempts) = &mut self.0;
        Running { handle, word: *word, core: core.as_mut(), attempts, may_hedge: true }.unwound();
    }
}
