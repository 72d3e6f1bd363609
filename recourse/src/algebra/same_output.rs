//! The one bound that says two services can be the sides of one policy.
//!
//! # Design notes
//!
//! **One trait instead of two equalities of types** is the price of a readable error. With `A: Service<R, Response = U>`
//! and `B: Service<R, Response = U>` as bounds of the services of `&` and `|`, rustc knows the request type before it
//! looks for a method, and answers a request that is not `Clone` with "no method named `call`", instead of with the
//! message of [`Fork`](super::Fork).

use super::failure::Failure;
use tower_service::Service;

/// A service that can be one side of `&` or `|` when `B` is the other: both give the same type of response, and a
/// [`Failure`] of the same error.
///
/// The trait is implemented for every pair of services that fits, and for no other. Name it in a function that is generic
/// over both sides:
///
/// ```
/// use recourse::algebra::{ByClone, Failure, FallbackLayer, Leaf, PolicyLayer, SameOutput};
/// use tower::{Layer, Service, ServiceExt, service_fn};
///
/// /// Puts a fallback over a service whose requests are numbers.
/// fn with_fallback<S, A, B>(service: S, policy: PolicyLayer<FallbackLayer<A, B>>) -> impl Service<u32, Response = u32>
/// where
///     S: Clone,
///     A: Layer<Leaf<S>>,
///     B: Layer<Leaf<S>>,
///     A::Service: SameOutput<B::Service, u32, Response = u32> + Clone,
///     B::Service: Service<u32> + Clone,
/// {
///     policy.layer(service)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let double = service_fn(async |n: u32| Ok::<_, String>(n * 2));
/// let service = with_fallback(double, PolicyLayer::bare() | PolicyLayer::bare());
/// assert_eq!(service.oneshot(4).await.ok(), Some(8));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the two sides of `&` and `|` must give the same type of response and the same type of error",
    label = "the sides give different types",
    note = "a layer that changes the error joins by `PolicyLayer::boxed` or `PolicyLayer::mapped`"
)]
pub trait SameOutput<B: Service<R>, R>: Service<R> {
    /// The error of the service at the bottom.
    type Inner;
    /// Returns a failure of the left side. Changes nothing: the types are equal, which only this trait knows.
    #[doc(hidden)]
    fn left_failure(failure: Self::Error) -> Failure<Self::Inner>;
    #[doc(hidden)]
    fn right_failure(failure: B::Error) -> Failure<Self::Inner>;
    #[doc(hidden)]
    fn right_response(response: B::Response) -> Self::Response;
}

impl<A, B, R, U, E> SameOutput<B, R> for A
where
    A: Service<R, Response = U, Error = Failure<E>>,
    B: Service<R, Response = U, Error = Failure<E>>,
{
    type Inner = E;

    #[inline]
    fn left_failure(failure: Failure<E>) -> Failure<E> {
        failure
    }

    #[inline]
    fn right_failure(failure: Failure<E>) -> Failure<E> {
        failure
    }

    #[inline]
    fn right_response(response: U) -> U {
        response
    }
}
