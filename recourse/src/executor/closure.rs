//! The engine for closures: [`Executor::call`](crate::Executor::call).

use crate::error::Rejected;
use crate::executor::Handle;
use crate::executor::drive::Driven;
use crate::executor::judge::{By, Judge, Plain, RetryIf, Rules};
use crate::outcome::{Class, Outcome};
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call that is about to be made: say how to read its outcomes, then `.await` it.
///
/// The functions given here are copied into the call, so a closure among them captures references, not values: write
/// `let config = &config;` before it.
///
/// ```
/// use recourse::{Class, Executor, Key, Policy, RetryPolicy};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let result = Executor::new()
///     .call(Key::from_static("files.read"), Policy::new().retry(RetryPolicy::defaults()), || async { std::fs::read("/dev/null") })
///     .retry_if(|error| error.kind() == std::io::ErrorKind::Interrupted)
///     .describe(|error| Some(error.to_string()))
///     .await;
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Guarded<F, Fut, J = Plain> {
    handle: Arc<Handle>,
    operation: F,
    judge: J,
    /// What the operation makes, so that the functions below know its types.
    attempt: PhantomData<fn() -> Fut>,
}

/// The value type of an operation.
type OkOf<Fut> = <<Fut as Future>::Output as Outcome>::Ok;
/// The error type of an operation.
type ErrOf<Fut> = <<Fut as Future>::Output as Outcome>::Err;

pub(super) fn guarded<F, Fut>(handle: Arc<Handle>, operation: F) -> Guarded<F, Fut> {
    Guarded { handle, operation, judge: Plain::PLAIN, attempt: PhantomData }
}

impl<F, Fut, Err, Ok, Reject, Text> Guarded<F, Fut, Rules<Err, Ok, Reject, Text>>
where
    Fut: Future<Output: Outcome>,
{
    /// The verdict on an error; without it every error is retryable.
    pub fn classify<C>(self, classify: C) -> Guarded<F, Fut, Rules<By<C>, Ok, Reject, Text>>
    where
        C: Fn(&ErrOf<Fut>) -> Class + Copy,
    {
        self.judged(|Rules { ok, reject, text, .. }| Rules { err: By(classify), ok, reject, text })
    }

    /// The short form of [`Self::classify`]: retry, or not.
    pub fn retry_if<C>(self, retry: C) -> Guarded<F, Fut, Rules<RetryIf<C>, Ok, Reject, Text>>
    where
        C: Fn(&ErrOf<Fut>) -> bool + Copy,
    {
        self.judged(|Rules { ok, reject, text, .. }| Rules { err: RetryIf(retry), ok, reject, text })
    }

    /// The verdict on a value, for values that mean failure; without it every value is a success.
    pub fn classify_ok<C>(self, classify: C) -> Guarded<F, Fut, Rules<Err, By<C>, Reject, Text>>
    where
        C: Fn(&OkOf<Fut>) -> Class + Copy,
    {
        self.judged(|Rules { err, reject, text, .. }| Rules { err, ok: By(classify), reject, text })
    }

    /// Makes an error of a rejection, for error types that cannot implement `From<Rejected>`.
    pub fn on_reject<C>(self, reject: C) -> Guarded<F, Fut, Rules<Err, Ok, By<C>, Text>>
    where
        C: Fn(Rejected) -> ErrOf<Fut> + Copy,
    {
        self.judged(|Rules { err, ok, text, .. }| Rules { err, ok, reject: By(reject), text })
    }

    /// The text of an error, for timelines and for [`Rejection::last_error`](crate::Rejection::last_error).
    pub fn describe<C>(self, describe: C) -> Guarded<F, Fut, Rules<Err, Ok, Reject, By<C>>>
    where
        C: Fn(&ErrOf<Fut>) -> Option<String> + Copy,
    {
        self.judged(|Rules { err, ok, reject, .. }| Rules { err, ok, reject, text: By(describe) })
    }
}

impl<F, Fut, J> Guarded<F, Fut, J> {
    fn judged<New>(self, change: impl FnOnce(J) -> New) -> Guarded<F, Fut, New> {
        let Self { handle, operation, judge, attempt } = self;
        Guarded { handle, operation, judge: change(judge), attempt }
    }
}

impl<F, Fut, J> IntoFuture for Guarded<F, Fut, J>
where
    F: FnMut() -> Fut,
    Fut: Future<Output: Outcome>,
    J: Judge<Fut::Output>,
{
    type Output = Fut::Output;
    type IntoFuture = GuardedFuture<F, Fut, J>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { handle, operation, judge, .. } = self;
        GuardedFuture { call: Driven::new(handle, operation, judge) }
    }
}

impl<F, Fut, J> fmt::Debug for Guarded<F, Fut, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("key", &self.handle.key).finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of a [`Guarded`] call.
    #[must_use = "futures do nothing unless polled"]
    pub struct GuardedFuture<F, Fut, J> where Fut: Future, J: Judge<Fut::Output> {
        #[pin]
        call: Driven<F, Fut, J>,
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
        self.project().call.poll(cx)
    }
}

impl<F, Fut: Future, J: Judge<Fut::Output>> fmt::Debug for GuardedFuture<F, Fut, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedFuture").field("call", &self.call).finish_non_exhaustive()
    }
}
