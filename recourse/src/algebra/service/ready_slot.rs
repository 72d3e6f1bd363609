//! A service between two requests, and what it has reserved for the next one.
//!
//! # Design notes
//!
//! - **Releasing means replacing by a clone.** tower has no call that gives a reservation back; dropping the value that
//!   holds it is the only way, and a clone starts without one. So a release costs one clone, and only a slot that may
//!   hold something pays for it.
//! - **A ready service is polled again when the caller polls again.** It may have died while nobody called it. What was
//!   bypassed stays ready until the call, as tower's contract demands of a service that has said so.
//! - **The error of a `poll_ready` is not kept.** Without a request there is no error type to keep it in, short of a box.
//!   A clone of the failed service takes the slot instead, is polled again in the response, and reports there.

use std::mem;
use std::task::{Context, Poll};
use tower_service::Service;

/// What a service has reserved: a permit, or a place in a queue for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Readiness {
    /// Nothing: the service was not polled since its last call.
    #[default]
    Idle,
    /// The service was polled and is not ready yet. It may hold a place in a queue.
    Pending,
    /// The service may be called.
    Ready,
    /// The service was polled and is not ready, but nobody waits for it before the call. It gets ready in the response,
    /// if it is needed there.
    Bypassed,
    /// Nothing: `poll_ready` failed, and the slot holds a clone of the service that failed.
    Failed,
}

/// Holds a service, and tracks what the service has reserved.
#[derive(Debug)]
pub(crate) struct ReadySlot<S> {
    service: S,
    readiness: Readiness,
}

/// A clone has reserved nothing, whatever the original has.
impl<S: Clone> Clone for ReadySlot<S> {
    fn clone(&self) -> Self {
        Self::new(self.service.clone())
    }
}

impl<S> ReadySlot<S> {
    pub(crate) const fn new(service: S) -> Self {
        Self { service, readiness: Readiness::Idle }
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.readiness == Readiness::Ready
    }

    /// Reports readiness from now on without waiting for the service, until the next call.
    pub(crate) const fn bypass(&mut self) {
        self.readiness = Readiness::Bypassed;
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.readiness == Readiness::Failed
    }
}

impl<S: Clone> ReadySlot<S> {
    /// Polls the service for readiness. One that fails gives back what it has reserved: a clone takes its place.
    pub(crate) fn poll_ready<R>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>>
    where
        S: Service<R>,
    {
        if self.readiness == Readiness::Bypassed {
            return Poll::Ready(Ok(()));
        }
        // Set before the poll: when that panics, the service counts as one that may have reserved something.
        self.readiness = Readiness::Pending;
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

    /// Polls the service like [`Self::poll_ready`], but is pending once that has failed. Two sides that fail by turns
    /// would be polled for ever otherwise.
    pub(crate) fn poll_ready_until_failure<R>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>>
    where
        S: Service<R>,
    {
        if self.has_failed() { Poll::Pending } else { self.poll_ready(cx) }
    }

    /// Calls the service in place. Only for a slot that [is ready](Self::is_ready).
    pub(crate) fn call<R>(&mut self, request: R) -> S::Future
    where
        S: Service<R>,
    {
        self.readiness = Readiness::Idle;
        self.service.call(request)
    }

    /// Takes the service with its reservation, and leaves a clone in the slot.
    pub(crate) fn take(&mut self) -> S {
        self.readiness = Readiness::Idle;
        let clone = self.service.clone();
        mem::replace(&mut self.service, clone)
    }

    /// Gives back what is reserved.
    pub(crate) fn release(&mut self) {
        if matches!(self.readiness, Readiness::Pending | Readiness::Ready | Readiness::Bypassed) {
            drop(self.take());
        }
        self.readiness = Readiness::Idle;
    }

    /// Returns a service without a reservation, after giving back that of the slot.
    pub(crate) fn release_and_clone(&mut self) -> S {
        self.release();
        self.service.clone()
    }
}
