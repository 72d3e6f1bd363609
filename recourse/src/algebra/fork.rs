//! Where the request of the second side comes from.

/// Makes a second request of the first one, before that is sent: the request of the right side of `&` and `|`, or of a
/// further attempt of a [`retry`](crate::layers::retry).
///
/// You need not implement the trait. [`ByClone`] clones requests, and a function given to
/// [`fork`](super::PolicyLayer::fork) makes them otherwise.
///
/// ```
/// use recourse::algebra::{ByClone, Fork};
///
/// struct Upload(Option<std::fs::File>);
/// let without_file = |upload: &Upload| upload.0.is_none().then_some(Upload(None));
///
/// assert_eq!(ByClone::default().fork(&"/users/7"), Some("/users/7"));
/// assert!(without_file.fork(&Upload(None)).is_some());
/// ```
///
/// `None` means that the left side alone gets the request. That holds even when only the right side is ready, or when the
/// left side has failed already: such a request may be for nobody else.
#[diagnostic::on_unimplemented(
    message = "both sides of `&` and `|` need the request, and `{R}` is not `Clone`",
    label = "there is only one `{R}`, and two sides that may want it",
    note = "derive `Clone` for it, or say how the right side gets its own: `(a & b).fork(|request: &{R}| -> Option<{R}> {{ .. }})`, where `None` means that only the left side is asked",
    note = "`+` needs no second request: `outer + inner` takes any"
)]
pub trait Fork<R> {
    /// Makes the request for the right side. `None` means that the left side alone may have one.
    fn fork(&self, request: &R) -> Option<R>;
}

/// Clones every request, which is what policies do without [`fork`](super::PolicyLayer::fork).
///
/// ```
/// use recourse::algebra::{Bare, ByClone, FallbackLayer, PolicyLayer};
///
/// let _: PolicyLayer<FallbackLayer<Bare, Bare, ByClone>> = PolicyLayer::bare() | PolicyLayer::bare();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByClone;

// Without this attribute rustc asks for `Clone` alone, instead of with the message above.
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
