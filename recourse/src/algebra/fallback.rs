//! `a | b`: the left side is asked, and the right one where it fails.

use super::LABELS;
use super::beside::Beside;
use super::failure::Failure;
use super::fork::{ByClone, Fork};
use super::fork_join::begin;
use super::policy::PolicyLayer;
use super::response::ResponseFuture;
use super::seat::Seat;
use super::side::Side;
use super::turn::OnFailure;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// `a | b`: both sides over the same service, each with a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallbackLayer<A, B, F = ByClone> {
    left: A,
    right: B,
    fork: F,
    labels: [&'static str; 2],
}

impl<A, B> FallbackLayer<A, B> {
    /// With clones of the request.
    pub const fn new(left: A, right: B) -> Self {
        Self { left, right, fork: ByClone, labels: LABELS }
    }
}

impl<A, B, F> PolicyLayer<FallbackLayer<A, B, F>> {
    /// The names of the sides in a [`Failure`].
    pub fn label(self, left: &'static str, right: &'static str) -> Self {
        PolicyLayer(FallbackLayer { labels: [left, right], ..self.0 })
    }

    /// How the right side gets its request, made before the left side has it. `None` means that only the left side may have it.
    pub fn fork<R, G>(self, fork: G) -> PolicyLayer<FallbackLayer<A, B, G>>
    where
        G: Fn(&R) -> Option<R>,
    {
        let FallbackLayer { left, right, labels, .. } = self.0;
        PolicyLayer(FallbackLayer { left, right, fork, labels })
    }
}

impl<S, A, B, F> Layer<S> for FallbackLayer<A, B, F>
where
    S: Clone,
    A: Layer<S>,
    B: Layer<S>,
    F: Clone,
{
    type Service = FallbackService<A::Service, B::Service, F>;

    fn layer(&self, service: S) -> Self::Service {
        FallbackService {
            left: Seat::new(self.left.layer(service.clone())),
            right: self.right.layer(service),
            fork: self.fork.clone(),
            labels: self.labels,
        }
    }
}

/// The service of `a | b`. Ready when the left side is, or when that has failed; the right side gets ready in the response, where
/// it is needed.
#[derive(Debug)]
pub struct FallbackService<A, B, F = ByClone> {
    left: Seat<A>,
    right: B,
    fork: F,
    labels: [&'static str; 2],
}

/// The copy is not ready, even where the original is.
impl<A: Clone, B: Clone, F: Clone> Clone for FallbackService<A, B, F> {
    fn clone(&self) -> Self {
        let Self { left, right, fork, labels } = self;
        Self { left: left.clone(), right: right.clone(), fork: fork.clone(), labels: *labels }
    }
}

impl<A, B, F, R> Service<R> for FallbackService<A, B, F>
where
    A: Beside<B, R> + Clone,
    B: Service<R> + Clone,
    F: Fork<R>,
{
    type Response = A::Response;
    type Error = Failure<A::Inner>;
    type Future = ResponseFuture<A, B, R, OnFailure>;

    /// Never fails: where the left side does, the right one is called.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if !self.left.has_failed() {
            let _ = ready!(self.left.poll_ready(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { left, right, fork, labels } = self;
        let (left, right) = match fork.fork(&request) {
            None => (begin(left, request), Side::Gone),
            // It is asked again where the right one fails as well, and says there what is listed.
            Some(forked) if left.has_failed() => {
                (Side::Waiting { service: left.spare(), request }, Side::readying(right.clone(), forked))
            }
            Some(forked) => (begin(left, request), Side::Waiting { service: right.clone(), request: forked }),
        };
        ResponseFuture::new(left, right, OnFailure, *labels)
    }
}
