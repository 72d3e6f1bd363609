//! A service where it waits for the next request, and how far it is with it.

use std::mem;
use std::task::{Context, Poll};
use tower_service::Service;

/// What a service has reserved: a permit, or a place in a queue for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Readiness {
    /// Nothing.
    #[default]
    Idle,
    /// It was asked, and is not ready yet: it may have a place in a queue, and a permit later.
    Asked,
    /// It may be called.
    Ready,
    /// It was asked, and is not waited for: it gets ready in the response, if it is needed there.
    Excused,
    /// Nothing: the one that had the seat failed when it was asked, and this is its copy.
    Failed,
}

#[derive(Debug)]
pub(crate) struct Seat<S> {
    service: S,
    readiness: Readiness,
}

/// A copy has reserved nothing, whatever the original has.
impl<S: Clone> Clone for Seat<S> {
    fn clone(&self) -> Self {
        Self::new(self.service.clone())
    }
}

impl<S> Seat<S> {
    pub(crate) const fn new(service: S) -> Self {
        Self { service, readiness: Readiness::Idle }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.readiness == Readiness::Ready
    }

    /// It is not waited for until the next call.
    pub(crate) const fn excuse(&mut self) {
        self.readiness = Readiness::Excused;
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.readiness == Readiness::Failed
    }
}

impl<S: Clone> Seat<S> {
    /// One that fails gives back what it has, and a copy of it takes the seat.
    pub(crate) fn poll_ready<R>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>>
    where
        S: Service<R>,
    {
        if self.readiness == Readiness::Excused {
            return Poll::Ready(Ok(()));
        }
        // One that was ready is asked again: it may have failed in the meantime.
        self.readiness = Readiness::Asked;
        let polled = self.service.poll_ready(cx);
        match polled {
            Poll::Ready(Ok(())) => self.readiness = Readiness::Ready,
            Poll::Ready(Err(_)) => {
                self.release();
                self.readiness = Readiness::Failed;
            }
            Poll::Pending => {}
        }
        polled
    }

    /// The same, but that one that failed is not asked again before the call, and is pending.
    pub(crate) fn poll_once<R>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>>
    where
        S: Service<R>,
    {
        if self.has_failed() { Poll::Pending } else { self.poll_ready(cx) }
    }

    /// Calls a service that is ready, where it is.
    pub(crate) fn call<R>(&mut self, request: R) -> S::Future
    where
        S: Service<R>,
    {
        self.readiness = Readiness::Idle;
        self.service.call(request)
    }

    /// The service itself, with its place in the queue; a copy of it takes the seat.
    pub(crate) fn take(&mut self) -> S {
        self.readiness = Readiness::Idle;
        let copy = self.service.clone();
        mem::replace(&mut self.service, copy)
    }

    /// Gives back what is reserved.
    pub(crate) fn release(&mut self) {
        if matches!(self.readiness, Readiness::Asked | Readiness::Ready | Readiness::Excused) {
            drop(self.take());
        }
        self.readiness = Readiness::Idle;
    }

    /// A service that has reserved nothing. What the seat had reserved is given back.
    pub(crate) fn spare(&mut self) -> S {
        self.release();
        self.service.clone()
    }
}
