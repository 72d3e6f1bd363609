//! A service under the engine, and its response.

use super::reading::Reading;
use super::repeat::Repeat;
use crate::algebra::attempt::Attempt;
use crate::algebra::failure::Failure;
use crate::algebra::fork::ByClone;
use crate::algebra::seat::Seat;
use crate::executor::{Driven, Handle, Judge, Operation};
use crate::sync::Arc;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The service of a [`ResilientLayer`](super::ResilientLayer).
///
/// Ready when the service below is, and called with it: the first attempt has the very service that was made ready. A further
/// attempt has a copy, which gets ready as part of the attempt, so a timeout is there for that, too. An error of `poll_ready` is
/// passed on as it is; only in a further attempt it is a failure like any other. While the circuit is open a service that is
/// not ready is not waited for, since the call is about to be refused; a caller that waits already goes on waiting.
#[derive(Clone, Debug)]
pub struct Resilient<S, F = ByClone, J = Reading> {
    seat: Seat<S>,
    handle: Arc<Handle>,
    fork: F,
    judge: J,
}

impl<S, F, J> Resilient<S, F, J> {
    pub(super) const fn new(service: S, handle: Arc<Handle>, fork: F, judge: J) -> Self {
        Self { seat: Seat::new(service), handle, fork, judge }
    }
}

impl<S, F, J, R, E> Service<R> for Resilient<S, F, J>
where
    S: Service<R, Error = Failure<E>> + Clone,
    F: Repeat<R> + Clone,
    J: Judge<Result<S::Response, Failure<E>>>,
{
    type Response = S::Response;
    type Error = Failure<E>;
    type Future = ResilientFuture<S, R, F, J>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure<E>>> {
        match self.seat.poll_ready(cx) {
            Poll::Pending if self.handle.refuses() => {
                self.seat.excuse();
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        let Self { seat, handle, fork, judge } = self;
        let state = if seat.is_ready() { State::Ready } else { State::Idle };
        let attempts = Attempts {
            service: Some(seat.take()),
            state,
            request: Some(request),
            fork: fork.clone(),
            made: 0,
            last: false,
        };
        ResilientFuture { call: Driven::new(handle.clone(), attempts, *judge) }
    }
}

/// How far the service is that a call keeps.
enum State {
    /// It may be called.
    Ready,
    /// It was called, and stays until the next attempt. What was shed may still have a place in a queue.
    Called,
    /// It has to be asked.
    Idle,
}

/// Makes the attempts of one call.
struct Attempts<S, R, F> {
    /// Until the call is over.
    service: Option<S>,
    state: State,
    /// That of the next attempt, where there may be one.
    request: Option<R>,
    fork: F,
    made: u32,
    /// The policy might ask for another attempt, and there is no request for it.
    last: bool,
}

impl<S, R, F> Operation<Attempt<S, R>> for Attempts<S, R, F>
where
    S: Service<R> + Clone,
    F: Repeat<R>,
{
    fn attempt(&mut self, handle: &Handle) -> Attempt<S, R> {
        let Self { service, state, request, fork, made, last } = self;
        let (Some(service), Some(now)) = (service, request.take()) else {
            unreachable!("there is no attempt after one that was the last")
        };
        *made += 1;
        if handle.may_go_on(*made) {
            *request = fork.fork(&now);
            *last = request.is_none();
        }
        if let State::Ready = mem::replace(state, State::Idle) {
            *state = State::Called;
            return Attempt::Calling { response: service.call(now) };
        }
        // The service itself may have a place in a queue. The copy has none.
        let copy = service.clone();
        Attempt::readying(mem::replace(service, copy), now)
    }

    fn is_last(&self) -> bool {
        self.last
    }

    fn rests(&mut self) {
        if let (Some(service), State::Called) = (&mut self.service, &self.state) {
            *service = service.clone();
            self.state = State::Idle;
        }
    }

    fn over(&mut self) {
        (self.service, self.request) = (None, None);
    }
}

pin_project! {
    /// The response of a [`Resilient`] service.
    ///
    /// The service is called when the response is first polled, after the circuit was asked. `Send` where the service, its response,
    /// the request and what they give are. Nothing is boxed but hedges, when they start.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the attempts that run, and gives back what the call holds: permits of the service, a probe of the
    /// circuit, a retry that was paid for and never started. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When it is polled again after it was ready. A panic of the service goes on to the caller, when the call has ended and
    /// counts as a failure.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResilientFuture<S, R, F, J>
    where
        S: Service<R>,
        J: Judge<Result<S::Response, S::Error>>,
    {
        #[pin]
        call: Driven<Attempts<S, R, F>, Attempt<S, R>, J>,
    }
}

impl<S, R, F, J> Future for ResilientFuture<S, R, F, J>
where
    S: Service<R> + Clone,
    F: Repeat<R>,
    J: Judge<Result<S::Response, S::Error>>,
{
    type Output = Result<S::Response, S::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<S, R, F, J> fmt::Debug for ResilientFuture<S, R, F, J>
where
    S: Service<R>,
    J: Judge<Result<S::Response, S::Error>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResilientFuture").field(&self.call).finish()
    }
}
