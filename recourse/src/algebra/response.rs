//! The response of two sides: one state machine for `&`, with and without a stagger, and for `|`.

use super::beside::Beside;
use super::failure::Failure;
use super::side::Side;
use super::turn::Turn;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

pin_project! {
    /// The response of [`ForkJoinService`](super::ForkJoinService) and of [`FallbackService`](super::FallbackService).
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops both sides at once, with the permits that they hold or wait for. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When it is polled again after it was ready, or after a side panicked.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<A: Service<R>, B: Service<R>, R, T> {
        #[pin]
        left: Side<A, R>,
        #[pin]
        right: Side<B, R>,
        #[pin]
        turn: T,
        labels: [&'static str; 2],
        over: bool,
    }
}

impl<A: Service<R>, B: Service<R>, R, T> ResponseFuture<A, B, R, T> {
    pub(super) const fn new(left: Side<A, R>, right: Side<B, R>, turn: T, labels: [&'static str; 2]) -> Self {
        Self { left, right, turn, labels, over: false }
    }
}

impl<A: Service<R>, B: Service<R>, R, T> fmt::Debug for ResponseFuture<A, B, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").field("over", &self.over).finish_non_exhaustive()
    }
}

impl<A, B, R, T> ResponseFuture<A, B, R, T>
where
    A: Beside<B, R>,
    B: Service<R>,
    T: Turn,
{
    /// The response of the side that succeeds; `None` where none is left that could.
    #[inline]
    fn won(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<A::Response>> {
        let mut this = self.project();
        if let Some(response) = this.left.as_mut().look(cx) {
            return Poll::Ready(Some(response));
        }
        if let Some(response) = this.right.as_mut().look(cx) {
            return Poll::Ready(Some(A::response_beside(response)));
        }
        if this.left.is_waiting() || this.right.is_waiting() {
            let failed = this.left.has_failed() || this.right.has_failed();
            if this.turn.as_mut().poll_turn(failed, cx).is_pending() {
                return Poll::Pending;
            }
            let response = if this.left.is_waiting() {
                this.left.as_mut().start();
                this.left.as_mut().look(cx)
            } else {
                this.right.as_mut().start();
                this.right.as_mut().look(cx).map(A::response_beside)
            };
            if response.is_some() {
                return Poll::Ready(response);
            }
        }
        if this.left.is_over() && this.right.is_over() { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl<A, B, R, T> Future for ResponseFuture<A, B, R, T>
where
    A: Beside<B, R>,
    B: Service<R>,
    T: Turn,
{
    type Output = Result<A::Response, Failure<A::Inner>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.over, "a response was polled after it was over: it had returned, or a side of it had panicked");
        // Until this poll has returned: a panic leaves it so.
        *self.as_mut().project().over = true;
        let won = match self.as_mut().won(cx) {
            Poll::Pending => {
                *self.project().over = false;
                return Poll::Pending;
            }
            Poll::Ready(won) => won,
        };
        let mut this = self.project();
        this.turn.clear();
        let Some(response) = won else {
            let left = this.left.as_mut().failure().map(A::failure);
            let right = this.right.as_mut().failure().map(A::failure_beside);
            return Poll::Ready(Err(match (left, right) {
                (Some(left), Some(right)) => Failure::both(*this.labels, left, right),
                // The other one was not asked.
                (left, right) => left.or(right).expect("a response has a side"),
            }));
        };
        this.left.clear();
        this.right.clear();
        Poll::Ready(Ok(response))
    }
}
