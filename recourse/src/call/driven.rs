//! The loop of a guarded function as a future, for calls whose attempts are made by a value: a closure, or a service below a layer.

use crate::call::classifier::Classifier;
use crate::call::hedged::HedgedCall;
use crate::call::poll::NextStep;
use crate::context::{Attempt, Priority};
use crate::executor::ResolvedSite;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Makes the attempts of a call.
pub(crate) trait MakeAttempt<Fut> {
    /// Makes an attempt, which is given if the site shows its attempts.
    fn make(&mut self, site: &ResolvedSite, shown: Option<Attempt>) -> Fut;
    /// True if there is nothing to make another attempt of, though the policy might ask for one.
    #[inline]
    fn made_last(&self) -> bool {
        false
    }
    /// Called when the call has to wait for what was started.
    fn waits(&mut self) {}
    /// Called when the call has ended. What was kept for further attempts can go.
    fn ended(&mut self) {}
}

impl<Fut, F: FnMut() -> Fut> MakeAttempt<Fut> for F {
    #[inline]
    fn make(&mut self, _: &ResolvedSite, _: Option<Attempt>) -> Fut {
        self()
    }
}

/// A closure that is given the attempt: see [`Executor::call_with`](crate::Executor::call_with).
///
/// ```
/// use recourse::{Executor, Guarded, Key, Policy, WithAttempt, context::Attempt};
/// use std::future::{Ready, ready};
///
/// type Operation = fn(Attempt) -> Ready<Result<u32, String>>;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let operation: Operation = |attempt| ready(Ok(attempt.number()));
/// let call: Guarded<WithAttempt<Operation>, _> =
///     Executor::new().call_with(Key::from_static("numbers"), Policy::defaults(), operation);
/// assert_eq!(call.await, Ok(1));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WithAttempt<F>(pub(crate) F);

impl<Fut, F: FnMut(Attempt) -> Fut> MakeAttempt<Fut> for WithAttempt<F> {
    fn make(&mut self, _: &ResolvedSite, shown: Option<Attempt>) -> Fut {
        (self.0)(shown.unwrap_or_else(|| unreachable!("a call with such a closure shows its attempts")))
    }
}

pin_project! {
    /// A whole call, from its gate to its end.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Driven<M, Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        call: HedgedCall<Fut, C>,
        gate_passed: bool,
        // That of this call alone, until its first poll.
        priority: Option<Priority>,
        make: M,
        classifier: C,
    }
}

impl<M, Fut: Future, C: Classifier<Fut::Output> + Copy> Driven<M, Fut, C> {
    /// Begins the call. `priority` is what it states for itself.
    pub(crate) fn new(site: Arc<ResolvedSite>, priority: Option<Priority>, make: M, classifier: C) -> Self {
        Self { call: HedgedCall::counted(site, classifier), gate_passed: false, priority, make, classifier }
    }
}

impl<M, Fut, C> Future for Driven<M, Fut, C>
where
    M: MakeAttempt<Fut>,
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        // The gate belongs to the first poll, not to the call's creation: what is refused is decided when the call begins.
        if !mem::replace(this.gate_passed, true) {
            if let Some(priority) = this.priority.take() {
                this.call.as_mut().prioritise_pinned(priority);
            }
            if let Err(rejected) = this.call.as_mut().gate() {
                this.make.ended();
                return Poll::Ready(this.classifier.reject(rejected));
            }
            // In the queue, the closure is called when the slot is there.
            if !this.call.is_queued() {
                launch(this.call.as_mut(), this.make);
            }
        }
        loop {
            match this.call.as_mut().poll_next::<()>(cx) {
                Poll::Ready(NextStep::Launch(_)) => launch(this.call.as_mut(), this.make),
                Poll::Ready(NextStep::Done(outcome)) => {
                    this.make.ended();
                    return Poll::Ready(outcome);
                }
                Poll::Pending => {
                    this.make.waits();
                    return Poll::Pending;
                }
            }
        }
    }
}

/// Makes an attempt and launches it. If making the attempt panics, the call ends before the panic goes on.
fn launch<M, Fut, C>(call: Pin<&mut HedgedCall<Fut, C>>, make: &mut M)
where
    M: MakeAttempt<Fut>,
    Fut: Future,
    C: Classifier<Fut::Output> + Copy,
{
    struct EndOnPanic<'a, Fut: Future, C: Classifier<Fut::Output> + Copy>(Pin<&'a mut HedgedCall<Fut, C>>);
    impl<Fut: Future, C: Classifier<Fut::Output> + Copy> Drop for EndOnPanic<'_, Fut, C> {
        #[cold]
        fn drop(&mut self) {
            self.0.as_mut().cancelled();
        }
    }
    let mut guard = EndOnPanic(call);
    let shown = guard.0.site().shows.then(|| guard.0.next_attempt());
    let entered = guard.0.enter();
    let attempt = make.make(guard.0.site(), shown);
    drop(entered);
    guard.0.as_mut().launch(attempt);
    if make.made_last() {
        guard.0.as_mut().seal();
    }
    mem::forget(guard);
}

impl<M, Fut: Future, C: Classifier<Fut::Output> + Copy> fmt::Debug for Driven<M, Fut, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
