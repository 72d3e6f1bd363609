//! The loop of a guarded function as a future, for calls whose attempts are made by a value: a closure, or a service below a layer.

use crate::call::classifier::Classifier;
use crate::call::hedged::HedgedCall;
use crate::call::poll::NextStep;
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
    /// Makes an attempt.
    fn make(&mut self, site: &ResolvedSite) -> Fut;
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
    fn make(&mut self, _: &ResolvedSite) -> Fut {
        self()
    }
}

pin_project! {
    /// A whole call, from its gate to its end.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Driven<M, Fut, C> where Fut: Future, C: Classifier<Fut::Output>, C: Copy {
        #[pin]
        call: HedgedCall<Fut, C>,
        gate_passed: bool,
        make: M,
        classifier: C,
    }
}

impl<M, Fut: Future, C: Classifier<Fut::Output> + Copy> Driven<M, Fut, C> {
    pub(crate) fn new(site: Arc<ResolvedSite>, make: M, classifier: C) -> Self {
        Self { call: HedgedCall::counted(site, classifier), gate_passed: false, make, classifier }
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
            if let Err(rejected) = this.call.as_mut().gate() {
                this.make.ended();
                return Poll::Ready(this.classifier.reject(rejected));
            }
            launch(this.call.as_mut(), this.make);
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
    let entered = guard.0.enter();
    let attempt = make.make(guard.0.site());
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
