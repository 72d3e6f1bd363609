//! Classification of errors: whether another attempt may help, and when.
//!
//! An error type implements [`Classify`], by derive or by hand. An attribute overrides it with `classify`, `classify_ok` or
//! `retry_if`. For HTTP, [`http()`] knows the class of every status, and [`retry_after()`] reads the header; [`aws()`] knows the codes of AWS. The errors
//! of other crates have their classes in [`classifiers`](crate::classifiers).

mod aws;
mod http;
mod retry_after;

pub use self::aws::aws;
pub use self::http::http;
pub use retry_after::retry_after;

use crate::outcome::Class;
use std::sync::Arc;

/// Tells what an error means for the call and for the dependency's health.
///
/// The method runs after each failed attempt, in the caller's task and never under a lock. A panic in it unwinds to the caller, like a
/// panic in the body.
///
/// Derive the trait if each variant has its own class ([`#[derive(Classify)]`](derive@crate::Classify)):
///
/// ```
/// use recourse::{Class, Classify};
/// use std::time::Duration;
///
/// #[derive(Classify)]
/// enum ApiError {
///     #[classify(ignore)]
///     NotFound,
///     #[classify(retryable(after = retry_after))]
///     Busy { retry_after: Option<Duration> },
///     #[classify(non_retryable)]
///     Malformed,
/// }
/// assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
/// ```
///
/// Implement it by hand if the class depends on a value:
///
/// ```
/// use recourse::{Class, Classify};
///
/// struct Status(u16);
///
/// impl Classify for Status {
///     fn classify(&self) -> Class {
///         match self.0 {
///             404 => Class::Ignore,
///             429 | 500..=599 => Class::RETRYABLE,
///             _ => Class::NonRetryable,
///         }
///     }
/// }
/// assert_eq!(Status(503).classify(), Class::RETRYABLE);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which of its errors may be retried",
    note = "derive it: `#[derive(recourse::Classify)]`; or write `impl recourse::Classify for {Self}`, or name a function in the attribute: `classify = path` (`fn(&{Self}) -> Class`) or `retry_if = path` (`fn(&{Self}) -> bool`)"
)]
pub trait Classify {
    /// Returns the class of an attempt that failed with this error.
    fn classify(&self) -> Class;
}

impl<E: Classify + ?Sized> Classify for Box<E> {
    fn classify(&self) -> Class {
        (**self).classify()
    }
}

impl<E: Classify + ?Sized> Classify for Arc<E> {
    fn classify(&self) -> Class {
        (**self).classify()
    }
}
