//! The response of two sides: one state machine for `&`, with and without a stagger, and for `|`.
//!
//! The operators differ in two things only. They fill the two [`SideState`]s differently when they are called, and they
//! name another [`StartDelay`], which says when a side that waits starts. From there on both are the same: poll what
//! runs, return the first success, and return the failures when no side is left.

use super::failure::Failure;
use super::same_output::SameOutput;
use super::side::SideState;
use super::timing::StartDelay;
use crate::context;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

pin_project! {
    /// The response of a [`ForkJoinService`](super::ForkJoinService) or a [`FallbackService`](super::FallbackService).
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use tower::{Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let policy = PolicyLayer::bare() & PolicyLayer::bare();
    /// let mut service = policy.layer(service_fn(async |n: u32| Ok::<_, std::io::Error>(n + 1)));
    /// std::future::poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
    /// let response = service.call(1);
    /// assert_eq!(response.await.unwrap(), 2);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the response drops both sides at once, with the permits that they hold or wait for. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// Polling panics after the response has returned its result, and after a side of it has panicked.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<A: Service<R>, B: Service<R>, R, T> {
        #[pin]
        left: SideState<A, R>,
        #[pin]
        right: SideState<B, R>,
        #[pin]
        delay: T,
        labels: [&'static str; 2],
        finished: bool,
    }
}

impl<A: Service<R>, B: Service<R>, R, T> ResponseFuture<A, B, R, T> {
    pub(super) const fn new(
        left: SideState<A, R>,
        right: SideState<B, R>,
        delay: T,
        labels: [&'static str; 2],
    ) -> Self {
        Self { left, right, delay, labels, finished: false }
    }
}

impl<A: Service<R>, B: Service<R>, R, T> fmt::Debug for ResponseFuture<A, B, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").field("finished", &self.finished).finish_non_exhaustive()
    }
}

impl<A, B, R, T> ResponseFuture<A, B, R, T>
where
    A: SameOutput<B, R>,
    B: Service<R>,
    T: StartDelay,
{
    /// Polls both sides. Returns the response of the side that succeeds, or `None` when no side is left that could.
    #[inline]
    fn poll_winner(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<A::Response>> {
        let mut this = self.project();
        // Left before right, so that the left side wins when both succeed in the same poll.
        if let Some(response) = this.left.as_mut().poll_success(cx) {
            return Poll::Ready(Some(response));
        }
        if let Some(response) = this.right.as_mut().poll_success(cx) {
            return Poll::Ready(Some(A::right_response(response)));
        }
        // A side that waits comes last: whether the other one has failed is known only now.
        if this.left.is_waiting() || this.right.is_waiting() {
            let failed = this.left.has_failed() || this.right.has_failed();
            if this.delay.as_mut().poll_start(failed, cx).is_pending() {
                return Poll::Pending;
            }
            let response = if this.left.is_waiting() {
                this.left.as_mut().start(cx)
            } else {
                this.right.as_mut().start(cx).map(A::right_response)
            };
            if response.is_some() {
                return Poll::Ready(response);
            }
        }
        if this.left.is_finished() && this.right.is_finished() { Poll::Ready(None) } else { Poll::Pending }
    }

    /// Takes the failures of both sides, as one.
    #[cold]
    fn take_failure(self: Pin<&mut Self>) -> Failure<A::Inner> {
        let this = self.project();
        let left = this.left.take_failure().map(A::left_failure);
        let right = this.right.take_failure().map(A::right_failure);
        match (left, right) {
            (Some(left), Some(right)) => Failure::both(*this.labels, left, right),
            // Only one side got the request, so its failure is reported as it is, without a list around it.
            (left, right) => left.or(right).expect("a response has a side"),
        }
    }
}

impl<A, B, R, T> Future for ResponseFuture<A, B, R, T>
where
    A: SameOutput<B, R>,
    B: Service<R>,
    T: StartDelay,
{
    type Output = Result<A::Response, Failure<A::Inner>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(
            !self.finished,
            "a response was polled after it was over: it had returned, or a side of it had panicked"
        );
        // Set for the time of the poll, so that it stays set when a side panics.
        *self.as_mut().project().finished = true;
        let winner = match self.as_mut().poll_winner(cx) {
            Poll::Pending => {
                *self.project().finished = false;
                return Poll::Pending;
            }
            Poll::Ready(winner) => winner,
        };
        let mut this = self.as_mut().project();
        this.delay.as_mut().cancel();
        let Some(response) = winner else { return Poll::Ready(Err(self.take_failure())) };
        // The loser goes before the winner is returned, and with it the permits that it holds or waits for.
        this.left.as_mut().cancel();
        this.right.as_mut().cancel();
        // The other side may have used up retries of its own, and what both were part of has succeeded all the same.
        context::forgive();
        Poll::Ready(Ok(response))
    }
}
