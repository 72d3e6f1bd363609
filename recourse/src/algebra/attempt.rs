//! One attempt at a service: it gets ready, where it is not yet, and is called.

use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

pin_project! {
    /// A failure to get ready is one of the attempt, and waiting for it is part of the attempt's time.
    #[project = AttemptProj]
    pub(crate) enum Attempt<S: Service<R>, R> {
        Readying { service: S, request: Option<R> },
        Calling { #[pin] response: S::Future },
    }
}

impl<S: Service<R>, R> Attempt<S, R> {
    pub(crate) const fn readying(service: S, request: R) -> Self {
        Self::Readying { service, request: Some(request) }
    }
}

impl<S: Service<R>, R> Future for Attempt<S, R> {
    type Output = Result<S::Response, S::Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let response = match self.as_mut().project() {
                AttemptProj::Calling { response } => return response.poll(cx),
                AttemptProj::Readying { service, request } => {
                    ready!(service.poll_ready(cx))?;
                    let Some(request) = request.take() else { return Poll::Pending };
                    service.call(request)
                }
            };
            self.set(Self::Calling { response });
        }
    }
}
