//! One side of a `&` or a `|` in a response: a service that gets ready, then its own response, then its failure.

use super::attempt::Attempt;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

pin_project! {
    /// ```text
    ///  Waiting ──start──▶ Running ──▶ Failed
    /// ```
    #[project = SideProj]
    #[project_replace = SideOwn]
    pub(super) enum Side<S: Service<R>, R> {
        /// Its turn has not come. The service has reserved nothing.
        Waiting { service: S, request: R },
        /// It gets ready, or was called.
        Running { #[pin] attempt: Attempt<S, R> },
        Failed { failure: S::Error },
        /// It is not asked, or it is over.
        Gone,
    }
}

impl<S: Service<R>, R> Side<S, R> {
    /// The service is asked whether it is ready, and then called.
    pub(super) const fn readying(service: S, request: R) -> Self {
        Self::Running { attempt: Attempt::readying(service, request) }
    }

    /// The service was called.
    pub(super) const fn calling(response: S::Future) -> Self {
        Self::Running { attempt: Attempt::Calling { response } }
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// It neither runs nor waits for its turn.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Gone)
    }

    pub(super) const fn has_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// Its turn has come.
    pub(super) fn start(mut self: Pin<&mut Self>) {
        if self.is_waiting()
            && let SideOwn::Waiting { service, request } = self.as_mut().project_replace(Self::Gone)
        {
            self.set(Self::readying(service, request));
        }
    }

    /// Drops what is in it.
    pub(super) fn clear(mut self: Pin<&mut Self>) {
        self.set(Self::Gone);
    }

    /// The failure, where it failed.
    pub(super) fn failure(self: Pin<&mut Self>) -> Option<S::Error> {
        match self.project_replace(Self::Gone) {
            SideOwn::Failed { failure } => Some(failure),
            _ => None,
        }
    }

    /// Its success. A side that succeeds or fails is dropped at once, with all it holds.
    #[inline]
    pub(super) fn look(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<S::Response> {
        let SideProj::Running { attempt } = self.as_mut().project() else { return None };
        match attempt.poll(cx) {
            Poll::Ready(Ok(response)) => {
                self.set(Self::Gone);
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
