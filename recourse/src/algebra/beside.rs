//! What two services have in common that are the sides of one policy.

use super::failure::Failure;
use tower_service::Service;

/// A service that can be one side of `&` or `|` where `B` is the other: both have the same response, and [`Failure`]s of the same
/// error.
///
/// That these types are the same is said here and nowhere else, and the functions do nothing. Where a bound of the services
/// said it, rustc could tell the request before it looks for a method, and would answer a request that is not `Clone` with "no
/// method named `call`", instead of with the words of [`Fork`](super::Fork).
#[diagnostic::on_unimplemented(
    message = "the two sides of `&` and `|` give one type of response and one type of error",
    label = "the sides differ in what they give",
    note = "a layer that changes the error joins by `PolicyLayer::boxed` or `PolicyLayer::mapped`"
)]
pub trait Beside<B: Service<R>, R>: Service<R> {
    /// The error of the service at the bottom.
    type Inner;
    #[doc(hidden)]
    fn failure(failure: Self::Error) -> Failure<Self::Inner>;
    #[doc(hidden)]
    fn failure_beside(failure: B::Error) -> Failure<Self::Inner>;
    #[doc(hidden)]
    fn response_beside(response: B::Response) -> Self::Response;
}

impl<A, B, R, U, E> Beside<B, R> for A
where
    A: Service<R, Response = U, Error = Failure<E>>,
    B: Service<R, Response = U, Error = Failure<E>>,
{
    type Inner = E;

    #[inline]
    fn failure(failure: Failure<E>) -> Failure<E> {
        failure
    }

    #[inline]
    fn failure_beside(failure: Failure<E>) -> Failure<E> {
        failure
    }

    #[inline]
    fn response_beside(response: U) -> U {
        response
    }
}
