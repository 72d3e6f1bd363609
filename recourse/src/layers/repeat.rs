//! Where the request of a further attempt comes from.

use crate::algebra::Fork;

/// Makes the request of the next attempt, from that of the attempt before it. `None` means that there is no next attempt:
/// the call ends with the attempts that were made.
///
/// You need not implement the trait: every [`Fork`] is one. It exists for its message in a compile error, which speaks of
/// attempts instead of sides. Requests that are `Clone` are cloned, unless [`fork`](crate::algebra::PolicyLayer::fork)
/// names a function. There is one clone for each attempt that may still follow, made when the attempt before it starts.
///
/// ```
/// use recourse::algebra::{Failure, Leaf};
/// use recourse::layers::{Repeat, Resilient};
/// use tower::Service;
///
/// /// Takes the service of any `retry`, however its requests are repeated.
/// async fn first_user<S, F>(mut service: Resilient<Leaf<S>, F>) -> Result<S::Response, Failure<S::Error>>
/// where
///     S: Service<u32> + Clone,
///     F: Repeat<u32> + Clone,
/// {
///     std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
///     service.call(1).await
/// }
/// # use tower::service_fn;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let users = service_fn(async |id: u32| Ok::<_, String>(id));
/// # let service = recourse::layers::retry(recourse::RetryPolicy::attempts(3)).layer(users);
/// # assert_eq!(first_user(service).await.unwrap(), 1);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a retry or a hedge needs the request again, and `{R}` is not `Clone`",
    label = "there is only one `{R}`, and attempts that may want it",
    note = "derive `Clone` for it, or say how an attempt gets its own: `.fork(|request: &{R}| -> Option<{R}> {{ .. }})`, where `None` means that there is no further attempt",
    note = "with `.once()` no request is repeated, whatever the policy says; `timeout` and `circuit` take any request as they are"
)]
pub trait Repeat<R>: Fork<R> {}

// Without this attribute rustc asks for `Fork`, whose message is about the two sides of `&`.
#[diagnostic::do_not_recommend]
impl<R, F: Fork<R>> Repeat<R> for F {}

/// Repeats no request: a call has one attempt. Made by [`once`](crate::algebra::PolicyLayer::once), and what
/// [`timeout`](super::timeout) and [`circuit`](super::circuit) have.
///
/// ```
/// use recourse::algebra::PolicyLayer;
/// use recourse::layers::{Once, ResilientLayer, timeout};
/// use std::time::Duration;
///
/// let limit: PolicyLayer<ResilientLayer<Once>> = timeout(Duration::from_secs(1));
/// # let _ = limit;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Once;

#[diagnostic::do_not_recommend]
impl<R> Fork<R> for Once {
    #[inline]
    fn fork(&self, _: &R) -> Option<R> {
        None
    }
}
