//! One poll of a call, as far as it depends on the types of the guarded function: it polls the primary attempt, and ends the call at once
//! if that was a success and nothing else is to be done. Everything else is up to [`Progress`].
//!
//! # Design notes
//!
//! - The state of the circuit is read before the attempt is polled: an attempt counts in the generation in which its body began. A success
//!   that finds the same state afterwards has nothing to report, and only an attempt that does not end here has its generation kept.
//! - A guard on the stack notices a panic of the user's code, and is emptied when there was none. So the fast path writes no "running" flag
//!   for a panic to find.

use crate::call::attempts::{AttemptSet, Attempts, Hedging};
use crate::call::classifier::Classifier;
use crate::call::data::CallData;
use crate::call::inside::nothing_kept;
use crate::call::lifecycle::{Action, CallView};
use crate::call::marks::Ended;
use crate::call::progress::Progress;
use crate::circuit::PackedState;
use crate::context;
use crate::error::Rejected;
use crate::outcome::Class;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a guarded function has to do when a step of its call has ended.
#[derive(Debug)]
pub enum NextStep<Call, R> {
    /// Make another attempt: a retry, or a hedge beside the attempts that run. The step gives the call back for that; see [`given_back`].
    Launch(Option<Call>),
    /// Return this outcome: the call has ended.
    Done(R),
}

/// Puts the call into a step that asks for another attempt. In place, since an outcome may be large.
#[inline]
pub(super) fn give_back<Call, R>(polled: &mut Poll<NextStep<Call, R>>, call: &mut Option<Call>) {
    if let Poll::Ready(NextStep::Launch(given)) = polled {
        *given = call.take();
    }
}

/// Takes the call that a step has given back.
///
/// # Panics
///
/// Panics if there is none. A step that asks for another attempt has always put its call in.
#[inline]
pub fn given_back<Call>(call: Option<Call>) -> Call {
    call.expect("a step has its call until it ends")
}

/// Returns the outcome of a call whose body runs at most once.
#[inline]
pub fn done<Call, R>(step: NextStep<Call, R>) -> R {
    match step {
        NextStep::Done(outcome) => outcome,
        NextStep::Launch(_) => unreachable!("a site whose body cannot be repeated has a policy of one attempt"),
    }
}

/// A call while it is polled. It is passed by value, so that the compiler can keep it in registers on the fast path.
pub(super) struct PolledCall<'a, Fut: Future, C, H> {
    pub(super) call: Pin<&'a mut CallData>,
    pub(super) attempt: Pin<&'a mut Option<Fut>>,
    pub(super) classifier: C,
    pub(super) hedges: H,
}

impl<'a, Fut, C, H> PolledCall<'a, Fut, C, H>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
    H: Hedging<Fut, C>,
{
    /// Polls the attempts until the call has ended or the function has something to do.
    #[inline]
    pub(super) fn poll_next<G>(mut self, cx: &mut Context<'_>) -> Poll<NextStep<G, Fut::Output>> {
        // A success is counted in the state of the circuit that it began in.
        let fast = self.call.fast();
        let circuit_before = match fast {
            Some(site) => site.circuit_state(),
            None => match self.call.as_mut().begin_slow_poll(self.attempt.is_some(), cx) {
                Ok(state) => state,
                Err(polled) => return self.not_begun(polled),
            },
        };
        let mut guard = EndOnPanic(Some((self, circuit_before)));
        let Some((polled, _)) = &mut guard.0 else { return Poll::Pending };
        let Some(attempt) = polled.attempt.as_mut().as_pin_mut() else { return guard.advance(None, cx) };
        #[cfg(feature = "test-util")]
        if let Some(fault) = polled.call.as_mut().primary_fault(cx) {
            // In place of the body, which is not polled.
            let ended = match fault {
                Poll::Ready((class, rejected)) => Some((Ended::unmarked(class), polled.classifier.reject(rejected))),
                Poll::Pending => None,
            };
            return guard.advance(ended, cx);
        }
        // A fault that is planned gives the call a state.
        #[cfg(feature = "test-util")]
        let fast = polled.call.fast();
        // Behind the guard, so that a panic leaves the attempt before it ends the call.
        let mut kept = nothing_kept();
        let entered = polled.call.enter_poll(fast, &mut kept);
        let outcome = attempt.poll(cx);
        let marks = entered.leave();
        let Poll::Ready(outcome) = outcome else { return guard.advance(None, cx) };
        let class = polled.classifier.classify(&outcome);
        // A call without state is in its first attempt, and that runs alone.
        if class == Class::Success {
            // The path of most calls. No call had left a mark before this one began.
            if let Some(site) = fast {
                polled.attempt.set(None);
                site.succeeded_at_once(circuit_before, H::MAY_HEDGE);
                guard.0 = None;
                return Poll::Ready(NextStep::Done(outcome));
            }
            if !polled.call.has_state() {
                polled.attempt.set(None);
                polled.call.site().succeeded_at_once(circuit_before, H::MAY_HEDGE);
                context::forgive();
                guard.0 = None;
                return Poll::Ready(NextStep::Done(outcome));
            }
        }
        guard.advance(Some((Ended { class, marks }, outcome)), cx)
    }

    /// The attempt that was made waits for its slot, or is given up without having begun.
    #[cold]
    #[inline(never)]
    fn not_begun<G>(mut self, polled: Poll<Rejected>) -> Poll<NextStep<G, Fut::Output>> {
        polled.map(|rejected| {
            self.attempt.set(None);
            NextStep::Done(self.classifier.reject(rejected))
        })
    }

    /// Goes on with a primary that is pending, absent, or has `ended` in another way than on the fast path.
    #[cold]
    #[inline(never)]
    fn advance<G>(
        self,
        circuit_before: PackedState,
        ended: Option<(Ended, Fut::Output)>,
        cx: &mut Context<'_>,
    ) -> Poll<NextStep<G, Fut::Output>> {
        let mut guard = EndProgressOnPanic { split: self.split(circuit_before), by_primary: ended.is_some() };
        let (call, circuit_before, attempts) = &mut guard.split;
        let mut primary = None;
        if let Some((ended, outcome)) = ended {
            (primary, attempts.outcome) = (Some(ended), Some(outcome));
        }
        let action = loop {
            let progress =
                Progress { call: call.reborrow(), circuit_before: *circuit_before, attempts, may_hedge: H::MAY_HEDGE };
            match progress.advance(primary, cx) {
                Poll::Ready(Action::PollPrimary) if H::MAY_HEDGE => {
                    guard.by_primary = true;
                    primary = poll_primary(call, attempts, cx);
                    guard.by_primary = primary.is_some();
                }
                action => break action,
            }
        };
        let (classifier, outcome) = (attempts.classifier, attempts.outcome.take());
        mem::forget(guard);
        next_step(action, outcome, &classifier)
    }

    fn split(self, circuit_before: PackedState) -> SplitCall<'a, Attempts<'a, Fut, C, H>> {
        let Self { call, attempt, classifier, hedges } = self;
        (call.view(), circuit_before, Attempts { attempt, classifier, hedges, outcome: None })
    }

    /// The caller dropped the call before its end.
    #[cold]
    #[inline(never)]
    pub(super) fn cancelled(self) {
        let circuit_before = self.call.site().circuit_state();
        let (call, circuit_before, mut attempts) = self.split(circuit_before);
        Progress { call, circuit_before, attempts: &mut attempts, may_hedge: H::MAY_HEDGE }.cancelled();
    }

    #[cold]
    #[inline(never)]
    fn panicked(self, circuit_before: PackedState) {
        drop(EndProgressOnPanic { split: self.split(circuit_before), by_primary: true });
    }
}

/// Polls the primary again. See [`Attempts::poll_primary`].
fn poll_primary<Fut, C, H>(
    call: &mut CallView<'_>,
    attempts: &mut Attempts<'_, Fut, C, H>,
    cx: &mut Context<'_>,
) -> Option<Ended>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    #[cfg(feature = "test-util")]
    if let (Some(_), Some(fault)) = (&*attempts.attempt, call.fault(None, cx)) {
        return attempts.set_aside_fault(fault).map(Ended::unmarked);
    }
    let mut kept = nothing_kept();
    let entered = call.enter(None, &mut kept);
    let class = attempts.poll_primary(cx);
    let marks = entered.leave();
    class.map(|class| Ended { class, marks })
}

/// A call, and its attempts as the engine sees them.
type SplitCall<'a, A> = (CallView<'a>, PackedState, A);

/// Turns an action into the function's next step. In terms of the return type only, so that functions with the same return type share it.
#[cold]
#[inline(never)]
fn next_step<G, R>(action: Poll<Action>, outcome: Option<R>, classifier: &dyn Classifier<R>) -> Poll<NextStep<G, R>> {
    action.map(|action| match (action, outcome) {
        (Action::Return, Some(outcome)) => NextStep::Done(outcome),
        (Action::Reject(rejected), _) => NextStep::Done(classifier.reject(rejected)),
        (Action::Launch, _) => NextStep::Launch(None),
        (Action::Return | Action::PollPrimary, _) => {
            unreachable!("an outcome is set aside, and a primary polled, before this")
        }
    })
}

/// Ends the call if code of the user's panics: the body, a classifier, a trigger, a budget. The guard is emptied when no panic came, so
/// that it costs nothing.
struct EndOnPanic<'a, Fut, C, H>(Option<(PolledCall<'a, Fut, C, H>, PackedState)>)
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
    H: Hedging<Fut, C>;

impl<Fut, C, H> EndOnPanic<'_, Fut, C, H>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
    H: Hedging<Fut, C>,
{
    /// Goes on off the fast path, which has a guard of its own.
    #[inline]
    fn advance<G>(
        mut self,
        ended: Option<(Ended, Fut::Output)>,
        cx: &mut Context<'_>,
    ) -> Poll<NextStep<G, Fut::Output>> {
        match self.0.take() {
            Some((polled, circuit_before)) => polled.advance(circuit_before, ended, cx),
            None => Poll::Pending,
        }
    }
}

impl<Fut, C, H> Drop for EndOnPanic<'_, Fut, C, H>
where
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
    H: Hedging<Fut, C>,
{
    #[inline]
    fn drop(&mut self) {
        if let Some((polled, circuit_before)) = self.0.take() {
            polled.panicked(circuit_before);
        }
    }
}

/// The same guard off the fast path.
struct EndProgressOnPanic<'a, A: AttemptSet> {
    split: SplitCall<'a, A>,
    /// The primary is being polled, or its outcome looked at.
    by_primary: bool,
}

impl<A: AttemptSet> Drop for EndProgressOnPanic<'_, A> {
    fn drop(&mut self) {
        let by_primary = self.by_primary;
        let (call, circuit_before, attempts) = &mut self.split;
        Progress { call: call.reborrow(), circuit_before: *circuit_before, attempts, may_hedge: true }
            .panicked(by_primary);
    }
}
