//! How further attempts get a request.

use crate::algebra::fork::Fork;

/// Makes the request of the next attempt of the one before it. `None` means that there is none: the call ends with that attempt.
///
/// Requests that are `Clone` are cloned, unless [`fork`](crate::algebra::PolicyLayer::fork) names a function. There is one clone for each
/// attempt that may still follow, made when the one before it starts.
#[diagnostic::on_unimplemented(
    message = "a retry or a hedge needs the request again, and `{R}` is not `Clone`",
    label = "there is only one `{R}`, and attempts that may want it",
    note = "derive `Clone` for it, or say how an attempt gets its own: `.fork(|request: &{R}| -> Option<{R}> {{ .. }})`, where `None` means that there is no further attempt",
    note = "with `.once()` no request is repeated, whatever the policy says; `timeout` and `circuit` take any request as they are"
)]
pub trait Repeat<R>: Fork<R> {}

// Without this, rustc asks for `Fork`, whose words are about the two sides of `&`.
#[diagnostic::do_not_recommend]
impl<R, F: Fork<R>> Repeat<R> for F {}

/// No request is repeated.
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
