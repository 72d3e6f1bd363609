//! One attempt at a service, as a future: waits until the service is ready, then calls it.

use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

pin_project! {
    /// One attempt at a service.
    ///
    /// The attempt owns the service until that is called, because the reservation is the service's own. An error of
    /// `poll_ready` is an error of the attempt, and waiting for readiness counts as time of the attempt.
    #[project = AttemptProj]
    pub(crate) enum Attempt<S: Service<R>, R> {
        GettingReady { service: S, request: Option<R> },
        Calling { #[pin] response: S::Future },
    }
}

impl<S: Service<R>, R> Attempt<S, R> {
    /// Makes an attempt at a service that may not be ready yet.
    pub(crate) const fn new(service: S, request: R) -> Self {
        Self::GettingReady { service, request: Some(request) }
    }

    /// Makes an attempt of a call that was made already.
    pub(crate) const fn called(response: S::Future) -> Self {
        Self::Calling { response }
    }
}

impl<S: Service<R>, R> Future for Attempt<S, R> {
    type Output = Result<S::Response, S::Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let response = match self.as_mut().project() {
                AttemptProj::Calling { response } => return response.poll(cx),
                AttemptProj::GettingReady { service, request } => {
                    ready!(service.poll_ready(cx))?;
                    // The request is gone only if `call` panicked below. Such an attempt has no end to report.
                    let Some(request) = request.take() else { return Poll::Pending };
                    service.call(request)
                }
            };
            // Replaces the service, which drops it: nothing but the response runs from here on.
            self.set(Self::Calling { response });
        }
    }
}
