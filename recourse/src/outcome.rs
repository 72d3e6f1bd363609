//! The class of an attempt's outcome, and the type that an attempt returns.
//!
//! Every mechanism judges attempts by their [`Class`]: retries, hedges, budgets and circuits never look at the user's types.

use std::time::Duration;

/// What the outcome of one attempt means for the call, and for the health of the dependency.
///
/// ```
/// use recourse::Class;
///
/// fn status(code: &u16) -> Class {
///     match code {
///         200..=299 => Class::Success,
///         404 => Class::Ignore,
///         429 | 500..=599 => Class::RETRYABLE,
///         _ => Class::NonRetryable,
///     }
/// }
/// assert_eq!(status(&503), Class::Retryable { after: None });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// The dependency did its work. An error of this class is returned as it is, and counts as a sign of health.
    Success,
    /// The dependency failed, and another attempt may help.
    Retryable {
        /// The time that the dependency asked to wait, if it did. The time takes the place of the backoff. Beyond the
        /// deadline, or beyond the policy's `pushback up to` (30 s if there is neither), it ends the call with this error. Zero keeps the backoff: "now" is no reason for a thousand clients to come back in
        /// the same millisecond.
        after: Option<Duration>,
    },
    /// The dependency failed, and another attempt would fail, too.
    NonRetryable,
    /// The outcome ends the call, is returned as it is, and says nothing about the dependency's health: a 404, a validation error.
    Ignore,
}

impl Class {
    /// Retryable after the policy's own backoff.
    pub const RETRYABLE: Self = Self::Retryable { after: None };
}

/// The return type of an attempt: `Result<T, E>`, possibly behind a type alias.
///
/// Sealed. The engine only looks inside and puts an error or a value in.
///
/// ```
/// use recourse::Outcome;
///
/// fn flipped<O: Outcome<Ok = u8, Err = u8>>(outcome: O) -> O {
///     if outcome.as_result().is_ok_and(|value| *value > 9) {
///         return outcome;
///     }
///     match outcome.into_result() {
///         Ok(value) => O::from_err(value),
///         Err(error) => O::from_ok(error),
///     }
/// }
/// assert_eq!((flipped(Ok(1)), flipped(Err(2)), flipped(Ok(10))), (Err(1), Ok(2), Ok(10)));
/// ```
#[diagnostic::on_unimplemented(
    message = "a `#[resilient]` function must return a `Result`, but it returns `{Self}`",
    label = "this is not a `Result`",
    note = "a timeout or an open circuit has to be told to the caller as an error: write `-> Result<{Self}, E>`, where `E` is yours and implements `From<recourse::Rejected>`, or is `String`, `std::io::Error` or `anyhow::Error`"
)]
pub trait Outcome: sealed::Sealed {
    /// The value of a success.
    type Ok;
    /// The error of a failure.
    type Err;
    /// Borrows the value or the error.
    fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;
    /// Creates a failure.
    fn from_err(error: Self::Err) -> Self;
    /// Creates a success.
    fn from_ok(value: Self::Ok) -> Self;
    /// Returns the value or the error.
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> Outcome for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline]
    fn as_result(&self) -> Result<&T, &E> {
        self.as_ref()
    }

    #[inline]
    fn from_err(error: E) -> Self {
        Err(error)
    }

    #[inline]
    fn from_ok(value: T) -> Self {
        Ok(value)
    }

    #[inline]
    fn into_result(self) -> Result<T, E> {
        self
    }
}

mod sealed {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
}
