//! The bottom of every policy: the user's own service, whose error is lifted here, and nowhere else.

use super::failure::Failure;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The service under a policy. Its error `E` is [`Failure::Inner`] from here on, however many layers stand above.
///
/// [`PolicyLayer::layer`](super::PolicyLayer::layer) puts it there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaf<S> {
    service: S,
}

impl<S> Leaf<S> {
    /// Lifts the errors of a service.
    pub const fn new(service: S) -> Self {
        Self { service }
    }

    /// The service.
    pub const fn get_ref(&self) -> &S {
        &self.service
    }

    /// The service, taken out.
    pub fn into_inner(self) -> S {
        self.service
    }
}

impl<S: Service<R>, R> Service<R> for Leaf<S> {
    type Response = S::Response;
    type Error = Failure<S::Error>;
    type Future = Lifted<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(cx).map_err(Failure::Inner)
    }

    #[inline]
    fn call(&mut self, request: R) -> Self::Future {
        Lifted { response: self.service.call(request) }
    }
}

pin_project! {
    /// The response of a [`Leaf`].
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the service's own response.
    #[must_use = "futures do nothing unless polled"]
    pub struct Lifted<F> {
        #[pin]
        response: F,
    }
}

impl<F, T, E> Future for Lifted<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = Result<T, Failure<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().response.poll(cx).map_err(Failure::Inner)
    }
}

impl<F> fmt::Debug for Lifted<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifted").finish_non_exhaustive()
    }
}
