//! The bottom of every policy: the user's own service. Its error becomes a [`Failure`] here, and nowhere else, so that
//! all layers above, however many, share one error type.

use super::failure::Failure;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The service under a policy. Its error `E` is [`Failure::Inner`] from here on, however many layers stand above.
///
/// [`PolicyLayer::layer`](super::PolicyLayer::layer) puts every service into a leaf, so you meet this type in the types
/// of services only. A bare policy is nothing but a leaf:
///
/// ```
/// use recourse::algebra::{Leaf, PolicyLayer};
/// use std::future::{Ready, ready};
/// use tower::util::ServiceFn;
/// use tower::{ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// type Client = ServiceFn<fn(u32) -> Ready<Result<u32, String>>>;
/// let client: Client = service_fn(|id| ready(Err(format!("no user {id}"))));
/// let leaf: Leaf<Client> = PolicyLayer::bare().layer(client);
/// assert_eq!(leaf.oneshot(7).await.unwrap_err().inner().unwrap(), "no user 7");
/// # }
/// ```
///
/// ```
/// use recourse::algebra::Leaf;
///
/// let leaf = Leaf::new("a service");
/// assert_eq!(leaf.get_ref(), &"a service");
/// assert_eq!(leaf.into_inner(), "a service");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Leaf<S> {
    service: S,
}

impl<S> Leaf<S> {
    /// Puts a service into a leaf.
    pub const fn new(service: S) -> Self {
        Self { service }
    }

    /// Returns the service.
    pub const fn get_ref(&self) -> &S {
        &self.service
    }

    /// Takes the service out.
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
    /// The response of a [`Leaf`]: that of the service, with its error in a [`Failure`]. See [`Leaf`] for an example.
    ///
    /// # Cancel safety
    ///
    /// Dropping the response drops the service's own response.
    ///
    /// ```
    /// use recourse::algebra::{Failure, Leaf, Lifted};
    /// use tower::{Service, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut leaf = Leaf::new(service_fn(|_: ()| std::future::ready(Err::<(), _>("down"))));
    /// let response: Lifted<_> = leaf.call(());
    /// assert!(matches!(response.await, Err(Failure::Inner("down"))));
    /// # }
    /// ```
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
