//! How a request is given to two sides.

/// Makes the second side's request of the first one's. The other side of `&` and of `|` gets what it gives.
///
/// Requests that are `Clone` are cloned, unless [`fork`](super::PolicyLayer::fork) names a function.
#[diagnostic::on_unimplemented(
    message = "both sides of `&` and `|` need the request, and `{R}` is not `Clone`",
    label = "there is only one `{R}`, and two sides that may want it",
    note = "derive `Clone` for it, or say how the right side gets its own: `(a & b).fork(|request: &{R}| -> Option<{R}> {{ .. }})`, where `None` means that only the left side is asked",
    note = "`+` needs no second request: `outer + inner` takes any"
)]
pub trait Fork<R> {
    /// The request for the right side; `None` where only the left side may have it.
    fn fork(&self, request: &R) -> Option<R>;
}

/// Every request is cloned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByClone;

// Without this, rustc asks for `Clone` alone, instead of with the words above.
#[diagnostic::do_not_recommend]
impl<R: Clone> Fork<R> for ByClone {
    #[inline]
    fn fork(&self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

impl<R, F> Fork<R> for F
where
    F: Fn(&R) -> Option<R>,
{
    #[inline]
    fn fork(&self, request: &R) -> Option<R> {
        self(request)
    }
}
