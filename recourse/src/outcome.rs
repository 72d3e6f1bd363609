//! The verdict on one attempt, and the shape of what an attempt returns.

use std::time::Duration;

/// The verdict on one attempt.
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
    /// The dependency did its work. For an error: it is returned as it is, and counts as health.
    Success,
    /// The dependency failed, and another attempt may help.
    Retryable {
        /// When the dependency said so: no sooner than this. Replaces the backoff, up to 30 s and within the deadline. Zero
        /// says nothing: the backoff stays.
        after: Option<Duration>,
    },
    /// The dependency failed, and another attempt would fail too.
    NonRetryable,
    /// Ends the call, is returned as it is, and says nothing about the dependency's health: a 404, a validation error.
    Ignore,
}

impl Class {
    /// Retryable, after the policy's own backoff.
    pub const RETRYABLE: Self = Self::Retryable { after: None };
}

/// What an attempt returns: `Result<T, E>`, also behind a type alias.
///
/// Sealed. The engine asks for nothing more than to look inside and to put an error in.
#[diagnostic::on_unimplemented(
    message = "a `#[resilient]` function must return a `Result`, but it returns `{Self}`",
    label = "this is not a `Result`",
    note = "a timeout or an open circuit has to be told to the caller as an error: write `-> Result<{Self}, E>`, where `E` is yours and implements `From<recourse::Rejected>`, or is `String`, `std::io::Error` or `anyhow::Error`"
)]
pub trait Outcome: sealed::Sealed {
    /// What a success carries.
    type Ok;
    /// What a failure carries.
    type Err;
    /// Looks inside.
    fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;
    /// Makes a failure.
    fn from_err(error: Self::Err) -> Self;
    /// Makes a success.
    fn from_ok(value: Self::Ok) -> Self;
    /// Takes it apart.
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
