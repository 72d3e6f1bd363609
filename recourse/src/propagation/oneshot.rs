//! One request to a service that gets ready first.

use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

pin_project! {
    /// Waits until the service is ready, calls it, and waits for its response.
    #[project = State]
    pub(super) enum Oneshot<S: Service<R>, R> {
        Waiting { service: S, request: Option<R> },
        Called { #[pin] response: S::Future },
    }
}

impl<S: Service<R>, R> Oneshot<S, R> {
    pub(super) const fn new(service: S, request: R) -> Self {
        Self::Waiting { service, request: Some(request) }
    }
}

impl<S: Service<R>, R> Future for Oneshot<S, R> {
    type Output = Result<S::Response, S::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let response = match self.as_mut().project() {
                State::Called { response } => return response.poll(cx),
                State::Waiting { service, request } => {
                    ready!(service.poll_ready(cx))?;
                    let request = request.take().expect("a future is not polled again after a panic");
                    service.call(request)
                }
            };
            self.set(Self::Called { response });
        }
    }
}

impl<S: Service<R>, R> fmt::Debug for Oneshot<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting { .. } => "Oneshot::Waiting",
            Self::Called { .. } => "Oneshot::Called",
        })
    }
}
