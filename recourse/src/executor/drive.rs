//! The loop that the attribute writes into a function, as a future: for calls whose attempts are made by a value.

use crate::executor::Handle;
use crate::executor::hedged::HedgedCall;
use crate::executor::judge::Judge;
use crate::executor::turn::Turn;
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What makes the attempts of a call.
pub(crate) trait Operation<Fut> {
    /// Makes one.
    fn attempt(&mut self, handle: &Handle) -> Fut;
    /// There is nothing to make another one of, though the policy might ask for it.
    #[inline]
    fn is_last(&self) -> bool {
        false
    }
    /// What was started has to wait.
    fn rests(&mut self) {}
    /// The call has ended: what was kept for further attempts goes.
    fn over(&mut self) {}
}

impl<Fut, F: FnMut() -> Fut> Operation<Fut> for F {
    #[inline]
    fn attempt(&mut self, _: &Handle) -> Fut {
        self()
    }
}

pin_project! {
    /// A call, from its gate to its end.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Driven<O, Fut, J> where Fut: Future, J: Judge<Fut::Output> {
        #[pin]
        call: Call<Fut, J>,
        begun: bool,
        operation: O,
        judge: J,
    }
}

/// It owns what it runs under.
type Call<Fut, J> = HedgedCall<Arc<Handle>, Fut, J>;

impl<O, Fut: Future, J: Judge<Fut::Output>> Driven<O, Fut, J> {
    pub(crate) fn new(handle: Arc<Handle>, operation: O, judge: J) -> Self {
        Self { call: HedgedCall::new(handle, judge), begun: false, operation, judge }
    }
}

impl<O, Fut, J> Future for Driven<O, Fut, J>
where
    O: Operation<Fut>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !std::mem::replace(this.begun, true) {
            if let Some(rejected) = this.call.as_mut().gate() {
                this.operation.over();
                return Poll::Ready(this.judge.reject(rejected));
            }
            launch(this.call.as_mut(), this.operation);
        }
        loop {
            match this.call.as_mut().poll(cx) {
                Poll::Ready(Turn::Launch) => launch(this.call.as_mut(), this.operation),
                Poll::Ready(Turn::Done(outcome)) => {
                    this.operation.over();
                    return Poll::Ready(outcome);
                }
                Poll::Pending => {
                    this.operation.rests();
                    return Poll::Pending;
                }
            }
        }
    }
}

/// Makes an attempt and launches it. When making it panics, the call has ended before the panic goes on.
fn launch<O, Fut, J>(call: Pin<&mut Call<Fut, J>>, operation: &mut O)
where
    O: Operation<Fut>,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    struct Making<'a, Fut: Future, J: Judge<Fut::Output>>(Pin<&'a mut Call<Fut, J>>);
    impl<Fut: Future, J: Judge<Fut::Output>> Drop for Making<'_, Fut, J> {
        #[cold]
        fn drop(&mut self) {
            self.0.as_mut().cancelled();
        }
    }
    let mut making = Making(call);
    let attempt = operation.attempt(making.0.handle());
    making.0.as_mut().launch(attempt);
    if operation.is_last() {
        making.0.as_mut().seal();
    }
    std::mem::forget(making);
}

impl<O, Fut: Future, J: Judge<Fut::Output>> fmt::Debug for Driven<O, Fut, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(f)
    }
}
