//! What a rejection becomes: a class for the call around it, and an error of the user's type.

use super::{Rejected, Rejection, RejectionKind};
use crate::classify::Classify;
use crate::outcome::Class;

impl Classify for Rejected {
    /// Returns the class of the [`Rejection`] inside.
    fn classify(&self) -> Class {
        self.0.classify()
    }
}

impl Classify for Rejection {
    /// Returns the class for a call around the one that was refused. The refused call made its own retries, and retries around it
    /// would multiply with them; so it is retryable only if it says when to come back. A call whose time was over before it began is
    /// no failure of anybody, and so it is ignored; neither is one for which there was no slot, since the dependency was not asked. A fault that a test injected stands for an error of the operation, and is retryable.
    fn classify(&self) -> Class {
        match (self.kind, self.retry_after()) {
            (RejectionKind::Expired | RejectionKind::Full, _) => Class::Ignore,
            (RejectionKind::Injected, after) => Class::Retryable { after },
            (_, Some(after)) => Class::Retryable { after: Some(after) },
            (_, None) => Class::NonRetryable,
        }
    }
}

impl From<Rejected> for std::io::Error {
    /// Creates an error of kind `TimedOut` for both timeouts and for a time that was over, and `Other` for the rest.
    fn from(rejected: Rejected) -> Self {
        use std::io::ErrorKind;
        let kind = match rejected.kind() {
            RejectionKind::Timeout | RejectionKind::AttemptTimeout | RejectionKind::Expired => ErrorKind::TimedOut,
            RejectionKind::CircuitOpen | RejectionKind::NoPolicy | RejectionKind::Full | RejectionKind::Injected => {
                ErrorKind::Other
            }
        };
        Self::new(kind, rejected)
    }
}

impl From<Rejected> for String {
    fn from(rejected: Rejected) -> Self {
        rejected.to_string()
    }
}

/// Creates an error of the operation's type from a rejection. Implemented for every `E: From<Rejected>`.
///
/// Required of every guarded function, even if it only retries, because its policy can be changed while the program runs.
///
/// ```
/// use recourse::{FromRejection, Rejected};
///
/// /// Gets its rejections by `From`, as every error type of one's own.
/// #[derive(Debug)]
/// struct ApiError(String);
///
/// impl From<Rejected> for ApiError {
///     fn from(rejected: Rejected) -> Self {
///         ApiError(rejected.to_string())
///     }
/// }
///
/// fn takes_rejections<E: FromRejection>(rejected: Rejected) -> E {
///     E::from_rejection(rejected)
/// }
/// # let _: fn(Rejected) -> ApiError = takes_rejections;
/// # let _: fn(Rejected) -> String = takes_rejections;
/// ```
#[diagnostic::on_unimplemented(
    message = "the error type `{Self}` cannot carry a rejection of recourse (a timeout, an open circuit)",
    label = "`{Self}` does not implement `From<recourse::Rejected>`",
    note = "if `{Self}` is not yours: `on_reject = \"never\"` in the attribute needs no error, beside retries and hedges but not `timeout` or `circuit`; else `on_reject = |rejected| ..` makes a `{Self}` of a `recourse::Rejected`; if nothing can make one, return an error type of your own, with a variant for `{Self}` and one for `Rejected`",
    note = "if it is yours: write `impl From<recourse::Rejected> for {Self}`; for an enum with thiserror, that is a variant: `#[error(transparent)] Rejected(#[from] recourse::Rejected)`; beside an `impl<E> From<E>` of its own, which rustc lets stand alone, write `on_reject`"
)]
pub trait FromRejection: Sized {
    /// Creates the error.
    fn from_rejection(rejected: Rejected) -> Self;
}

// Without this, rustc lists every `From` there is instead of printing the message above.
#[diagnostic::do_not_recommend]
impl<E: From<Rejected>> FromRejection for E {
    fn from_rejection(rejected: Rejected) -> Self {
        rejected.into()
    }
}
