//! The engine for closures: [`Executor::call`](crate::Executor::call).

use crate::executor::Handle;
use crate::executor::call::{Call, Turn};
use crate::executor::judge::{By, Judge, Plain, Rules};
use crate::outcome::{Class, Outcome};
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A call that is about to be made: say how to read its outcomes, then `.await` it.
#[must_use = "a call does nothing until it is awaited"]
pub struct Guarded<F, J = Plain> {
    handle: Arc<Handle>,
    operation: F,
    judge: J,
}

pub(super) fn guarded<F>(handle: Arc<Handle>, operation: F) -> Guarded<F> {
    Guarded { handle, operation, judge: Plain::PLAIN }
}

impl<F, Err, Ok, Reject, Text> Guarded<F, Rules<Err, Ok, Reject, Text>> {
    /// The verdict on an error; without it every error is retryable.
    pub fn classify<E, C: Fn(&E) -> Class + Copy>(self, classify: C) -> Guarded<F, Rules<By<C>, Ok, Reject, Text>> {
        let Self { handle, operation, judge: Rules { ok, reject, text, .. } } = self;
        Guarded { handle, operation, judge: Rules { err: By(classify), ok, reject, text } }
    }

    /// The verdict on a value, for values that mean failure; without it every value is a success.
    pub fn classify_ok<T, C: Fn(&T) -> Class + Copy>(self, classify: C) -> Guarded<F, Rules<Err, By<C>, Reject, Text>> {
        let Self { handle, operation, judge: Rules { err, reject, text, .. } } = self;
        Guarded { handle, operation, judge: Rules { err, ok: By(classify), reject, text } }
    }

    /// Makes an error of a rejection, for error types that cannot implement `From<Rejected>`.
    pub fn on_reject<E, C: Fn(crate::Rejected) -> E + Copy>(self, reject: C) -> Guarded<F, Rules<Err, Ok, By<C>, Text>> {
        let Self { handle, operation, judge: Rules { err, ok, text, .. } } = self;
        Guarded { handle, operation, judge: Rules { err, ok, reject: By(reject), text } }
    }

    /// The text of an error, for timelines and for [`Rejection::last_error`](crate::Rejection::last_error).
    pub fn describe<E, C: Fn(&E) -> Option<String> + Copy>(self, describe: C) -> Guarded<F, Rules<Err, Ok, Reject, By<C>>> {
        let Self { handle, operation, judge: Rules { err, ok, reject, .. } } = self;
        Guarded { handle, operation, judge: Rules { err, ok, reject, text: By(describe) } }
    }
}

impl<F, Fut, J> IntoFuture for Guarded<F, J>
where
    F: FnMut() -> Fut,
    Fut: Future<Output: Outcome>,
    J: Judge<Fut::Output>,
{
    type Output = Fut::Output;
    type IntoFuture = GuardedFuture<F, Fut, J>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { handle, operation, judge } = self;
        GuardedFuture { call: Call::new(handle), begun: false, operation, judge }
    }
}

impl<F, J> fmt::Debug for Guarded<F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("key", &self.handle.key).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Guarded`] call.
    #[must_use = "futures do nothing unless polled"]
    pub struct GuardedFuture<F, Fut, J> {
        #[pin]
        call: Call<Arc<Handle>, Fut>,
        begun: bool,
        operation: F,
        judge: J,
    }
}

impl<F, Fut, J> Future for GuardedFuture<F, Fut, J>
where
    F: FnMut() -> Fut,
    Fut: Future,
    J: Judge<Fut::Output>,
{
    type Output = Fut::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !std::mem::replace(this.begun, true) {
            if let Some(rejected) = this.call.as_mut().gate() {
                return Poll::Ready(this.judge.reject(rejected));
            }
            this.call.as_mut().launch((this.operation)());
        }
        loop {
            match ready!(this.call.as_mut().poll_step(*this.judge, cx)) {
                Turn::Launch => this.call.as_mut().launch((this.operation)()),
                Turn::Done(outcome) => return Poll::Ready(outcome),
            }
        }
    }
}

impl<F, Fut, J> fmt::Debug for GuardedFuture<F, Fut, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
