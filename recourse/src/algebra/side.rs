//! One side of `&` or `|` within a response: a service that waits for its start, then an attempt at it, then its failure.

use super::service::{Attempt, ReadySlot};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

pin_project! {
    /// State of a side.
    ///
    /// ```text
    ///  Waiting ──start──▶ Running ──▶ Failed
    ///                        └──────▶ Done, on success
    /// ```
    #[project = SideProj]
    #[project_replace = SideOwned]
    pub(super) enum SideState<S: Service<R>, R> {
        /// The side is not started. Its service has reserved nothing.
        Waiting { service: S, request: R },
        /// The service gets ready, or was called.
        Running { #[pin] attempt: Attempt<S, R> },
        Failed { failure: S::Error },
        /// The side has succeeded, was dropped, or gets no request.
        Done,
    }
}

impl<S: Service<R>, R> SideState<S, R> {
    /// Starts a side whose service has yet to get ready.
    pub(super) const fn running(service: S, request: R) -> Self {
        Self::Running { attempt: Attempt::new(service, request) }
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// True when the side neither runs nor waits for its start.
    pub(super) const fn is_finished(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Done)
    }

    pub(super) const fn has_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Starts a side that waits for its start, and polls it.
    #[inline]
    pub(super) fn start(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<S::Response> {
        // Looked at before it is replaced: a side that runs is pinned, so nothing could be put back.
        if !self.is_waiting() {
            return None;
        }
        if let SideOwned::Waiting { service, request } = self.as_mut().project_replace(Self::Done) {
            self.set(Self::running(service, request));
        }
        // Polled in the same go, since nothing else would wake the task for a side that was never polled.
        self.poll_success(cx)
    }

    /// Drops what the side holds.
    pub(super) fn cancel(mut self: Pin<&mut Self>) {
        self.set(Self::Done);
    }

    /// Takes the failure of a side that has failed.
    pub(super) fn take_failure(self: Pin<&mut Self>) -> Option<S::Error> {
        match self.project_replace(Self::Done) {
            SideOwned::Failed { failure } => Some(failure),
            _ => None,
        }
    }

    /// Polls the attempt of a side that runs, and returns its success.
    #[inline]
    pub(super) fn poll_success(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<S::Response> {
        let SideProj::Running { attempt } = self.as_mut().project() else { return None };
        // Either end replaces the attempt at once, so that no permit outlives it while the other side runs.
        match attempt.poll(cx) {
            Poll::Ready(Ok(response)) => {
                self.set(Self::Done);
                Some(response)
            }
            Poll::Ready(Err(failure)) => {
                self.set(Self::Failed { failure });
                None
            }
            Poll::Pending => None,
        }
    }
}

impl<S: Service<R> + Clone, R> SideState<S, R> {
    /// Starts a side from its slot: calls a service that is ready, and takes one that is not along, since the place that
    /// it may have in a queue is its own.
    pub(super) fn from_slot(slot: &mut ReadySlot<S>, request: R) -> Self {
        if slot.is_ready() {
            Self::Running { attempt: Attempt::called(slot.call(request)) }
        } else {
            Self::running(slot.take(), request)
        }
    }
}
