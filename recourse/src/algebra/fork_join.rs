//! `a & b`: both sides are asked, and the first success wins.

use super::LABELS;
use super::beside::Beside;
use super::failure::Failure;
use super::fork::{ByClone, Fork};
use super::policy::PolicyLayer;
use super::response::ResponseFuture;
use super::seat::Seat;
use super::side::Side;
use super::turn::{Staggered, Timing, Unstaggered};
use crate::race::Gaps;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// `a & b`: both sides over the same service, each with a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForkJoinLayer<A, B, F = ByClone, T = Unstaggered> {
    left: A,
    right: B,
    fork: F,
    timing: T,
    labels: [&'static str; 2],
}

impl<A, B> ForkJoinLayer<A, B> {
    /// Both at once, with clones of the request.
    pub const fn new(left: A, right: B) -> Self {
        Self { left, right, fork: ByClone, timing: Unstaggered, labels: LABELS }
    }
}

impl<A, B, F, T> PolicyLayer<ForkJoinLayer<A, B, F, T>> {
    /// Asks the right side after a gap, or at once where the left one fails.
    ///
    /// Where only the right side is ready it goes first, and the left one waits for the gap. A gap is counted from the first
    /// poll of the response. It is the schedule of [`race!`](crate::race!); two sides use its first gap.
    ///
    /// ```
    /// use recourse::algebra::PolicyLayer;
    /// use std::time::Duration;
    ///
    /// let policy = (PolicyLayer::bare() & PolicyLayer::bare()).stagger(Duration::from_millis(250)).label("v6", "v4");
    /// ```
    pub fn stagger<G: Gaps + Clone>(self, gaps: G) -> PolicyLayer<ForkJoinLayer<A, B, F, Staggered<G>>> {
        let ForkJoinLayer { left, right, fork, labels, .. } = self.0;
        PolicyLayer(ForkJoinLayer { left, right, fork, timing: Staggered::new(gaps), labels })
    }

    /// The names of the sides in a [`Failure`].
    pub fn label(self, left: &'static str, right: &'static str) -> Self {
        PolicyLayer(ForkJoinLayer { labels: [left, right], ..self.0 })
    }

    /// How the right side gets its request. `None` means that only the left side may have it.
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<ForkJoinLayer<A, B, G, T>>
    where
        G: Fn(&R) -> Option<R>,
    {
        let ForkJoinLayer { left, right, timing, labels, .. } = self.0;
        PolicyLayer(ForkJoinLayer { left, right, fork, timing, labels })
    }
}

impl<S, A, B, F, T> Layer<S> for ForkJoinLayer<A, B, F, T>
where
    S: Clone,
    A: Layer<S>,
    B: Layer<S>,
    F: Clone,
    T: Clone,
{
    type Service = ForkJoinService<A::Service, B::Service, F, T>;

    fn layer(&self, service: S) -> Self::Service {
        ForkJoinService {
            left: Seat::new(self.left.layer(service.clone())),
            right: Seat::new(self.right.layer(service)),
            fork: self.fork.clone(),
            timing: self.timing.clone(),
            labels: self.labels,
        }
    }
}

/// The service of `a & b`. Ready as soon as one side is.
///
/// A call takes what is reserved along: after it, the service holds no permit and no place in a queue.
#[derive(Debug)]
pub struct ForkJoinService<A, B, F = ByClone, T = Unstaggered> {
    left: Seat<A>,
    right: Seat<B>,
    fork: F,
    timing: T,
    labels: [&'static str; 2],
}

/// The copy is not ready, even where the original is.
impl<A: Clone, B: Clone, F: Clone, T: Clone> Clone for ForkJoinService<A, B, F, T> {
    fn clone(&self) -> Self {
        let Self { left, right, fork, timing, labels } = self;
        Self { left: left.clone(), right: right.clone(), fork: fork.clone(), timing: timing.clone(), labels: *labels }
    }
}

impl<A, B, F, T, R> Service<R> for ForkJoinService<A, B, F, T>
where
    A: Beside<B, R> + Clone,
    B: Service<R> + Clone,
    F: Fork<R>,
    T: Timing,
{
    type Response = A::Response;
    type Error = Failure<A::Inner>;
    type Future = ResponseFuture<A, B, R, T::Turn>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let left = self.left.poll_once(cx);
        // With a stagger the right side has nothing reserved where it does not go first.
        if !T::AT_ONCE && matches!(left, Poll::Ready(Ok(()))) {
            self.right.release();
            return Poll::Ready(Ok(()));
        }
        match (left, self.right.poll_once(cx)) {
            (Poll::Ready(Err(left)), Poll::Ready(Err(right))) => {
                self.left.release();
                self.right.release();
                Poll::Ready(Err(Failure::both(self.labels, A::failure(left), A::failure_beside(right))))
            }
            (left, right) if matches!(left, Poll::Ready(Ok(()))) || matches!(right, Poll::Ready(Ok(()))) => {
                Poll::Ready(Ok(()))
            }
            // One after the other: the response lists what they say.
            _ if self.left.has_failed() && self.right.has_failed() => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { left, right, fork, timing, labels } = self;
        let sides = match fork.fork(&request) {
            None => {
                right.release();
                (begin(left, request), Side::Gone)
            }
            Some(forked) if T::AT_ONCE => (begin(left, request), begin(right, forked)),
            Some(forked) if right.is_ready() && !left.is_ready() => {
                (Side::Waiting { service: left.spare(), request }, begin(right, forked))
            }
            Some(forked) => (begin(left, request), Side::Waiting { service: right.spare(), request: forked }),
        };
        ResponseFuture::new(sides.0, sides.1, timing.turn(), *labels)
    }
}

/// Calls a side that is ready. The service of one that is not goes along with the response, since its place in a queue is its own.
pub(super) fn begin<S: Service<R> + Clone, R>(seat: &mut Seat<S>, request: R) -> Side<S, R> {
    if seat.is_ready() { Side::calling(seat.call(request)) } else { Side::readying(seat.take(), request) }
}
