//! Classes for requests that must not be processed twice.

use crate::classify::Classify;
use crate::outcome::Class;

/// Tells whether the request behind an outcome may have been processed.
///
/// Implemented for the error types and answers that [`classifiers`](crate::classifiers) knows. Implement the trait for your own error
/// type to use [`idempotent_only`] with it:
///
/// ```
/// use recourse::classifiers::{MayHaveRun, idempotent_only};
/// use recourse::{Class, Classify};
///
/// #[derive(Classify)]
/// enum PaymentError {
///     #[classify(retryable)]
///     QueueFull,
///     #[classify(retryable)]
///     ConnectionLost,
/// }
///
/// impl MayHaveRun for PaymentError {
///     fn may_have_run(&self) -> bool {
///         !matches!(self, Self::QueueFull)
///     }
/// }
/// assert_eq!(idempotent_only(&PaymentError::QueueFull), Class::RETRYABLE);
/// assert_eq!(idempotent_only(&PaymentError::ConnectionLost), Class::NonRetryable);
/// ```
pub trait MayHaveRun: Classify {
    /// Returns false if the outcome proves that nothing of the request remains: it was never sent, was refused, or was rolled back.
    fn may_have_run(&self) -> bool;
}

/// Returns the class of the outcome of a request that must not be processed twice, such as a POST.
///
/// Like [`Classify`], except that an outcome is retryable only if it proves that the request was not processed. What would be retryable
/// otherwise is [`NonRetryable`](Class::NonRetryable), and so counts against the circuit as before.
///
/// A name for `classify` and, for answers, for `classify_ok`; see [what may be sent twice](crate::classifiers#what-may-be-sent-twice).
///
/// ```
/// use recourse::classifiers::idempotent_only;
/// use recourse::{Class, Classify};
///
/// let timed_out = std::io::Error::from(std::io::ErrorKind::TimedOut);
/// assert_eq!(timed_out.classify(), Class::RETRYABLE);
/// assert_eq!(idempotent_only(&timed_out), Class::NonRetryable);
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// assert_eq!(idempotent_only(&refused), Class::RETRYABLE);
/// ```
#[must_use]
pub fn idempotent_only<T: MayHaveRun + ?Sized>(outcome: &T) -> Class {
    match outcome.classify() {
        Class::Retryable { .. } if outcome.may_have_run() => Class::NonRetryable,
        class => class,
    }
}

/// Returns the class of the outcome of an HTTP request by its method: all that [`Classify`] says if the method is idempotent, and else
/// [`idempotent_only`].
///
/// `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT` and `DELETE` are idempotent (RFC 9110, section 9.2.2). Any other method is not, and neither is one
/// in small letters, which is another method.
///
/// The method stands in no error. Keep it beside the error, in an error type of your own:
///
/// ```
/// use recourse::classifiers::for_method;
/// use recourse::{Class, Classify};
///
/// struct HttpError { method: &'static str, source: std::io::Error }
///
/// impl Classify for HttpError {
///     fn classify(&self) -> Class {
///         for_method(self.method, &self.source)
///     }
/// }
///
/// let timed_out = || std::io::ErrorKind::TimedOut.into();
/// assert_eq!(HttpError { method: "PUT", source: timed_out() }.classify(), Class::RETRYABLE);
/// assert_eq!(HttpError { method: "POST", source: timed_out() }.classify(), Class::NonRetryable);
/// ```
#[must_use]
pub fn for_method<T: MayHaveRun + ?Sized>(method: impl AsRef<str>, outcome: &T) -> Class {
    match method.as_ref() {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" => outcome.classify(),
        _ => idempotent_only(outcome),
    }
}
