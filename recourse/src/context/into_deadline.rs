//! What can be a deadline.

use crate::time::{Instant, TokioInstant};
use std::time::Duration;

/// What `deadline = ..` of the attribute takes: a [`Duration`] that is left, or a moment (this library's [`Instant`], tokio's, or that of the
/// standard library); or an `Option` of one, of which `None` is no deadline.
///
/// ```
/// use recourse::context::IntoDeadline;
/// use std::time::Duration;
///
/// let left: Option<Duration> = None;
/// assert!(left.into_deadline().is_none());
/// assert!(Duration::from_secs(1).into_deadline().is_some());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no deadline",
    label = "neither a time that is left nor a moment",
    note = "a deadline is a `Duration`, an `Instant` (of `recourse::time`, tokio or std), or an `Option` of one"
)]
pub trait IntoDeadline {
    /// Returns the moment. A duration counts from now.
    fn into_deadline(self) -> Option<Instant>;
}

impl IntoDeadline for Duration {
    fn into_deadline(self) -> Option<Instant> {
        Some(Instant::now().saturating_add(self))
    }
}

impl IntoDeadline for Instant {
    fn into_deadline(self) -> Option<Instant> {
        Some(self)
    }
}

impl IntoDeadline for std::time::Instant {
    fn into_deadline(self) -> Option<Instant> {
        Some(self.into())
    }
}

impl IntoDeadline for TokioInstant {
    fn into_deadline(self) -> Option<Instant> {
        Some(self.into())
    }
}

impl<T: IntoDeadline> IntoDeadline for Option<T> {
    fn into_deadline(self) -> Option<Instant> {
        self?.into_deadline()
    }
}
