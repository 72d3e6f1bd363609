//! What the class of an outcome means: as the end of an attempt, for the call, and for the health of the dependency.

use crate::observe::{AttemptOutcome, EndReason};
use crate::outcome::Class;
use std::ops::ControlFlow;
use std::time::Duration;

/// Returns what the end of an attempt says about the dependency's health; `None` if it says nothing.
pub(super) const fn health_of(outcome: AttemptOutcome) -> Option<Class> {
    match outcome {
        AttemptOutcome::Success => Some(Class::Success),
        AttemptOutcome::NonRetryable => Some(Class::NonRetryable),
        AttemptOutcome::Retryable
        | AttemptOutcome::AttemptTimeout
        | AttemptOutcome::Timeout
        | AttemptOutcome::Panicked => Some(Class::RETRYABLE),
        AttemptOutcome::Ignored | AttemptOutcome::Cancelled => None,
    }
}

/// Returns what a class means as the end of an attempt, and for the call: `Break` with the reason for its end, or `Continue` with the time
/// that the failure asked to wait.
pub(super) fn outcome_of(class: Class) -> (AttemptOutcome, ControlFlow<EndReason, Option<Duration>>) {
    match class {
        Class::Success => (AttemptOutcome::Success, ControlFlow::Break(EndReason::Success)),
        Class::Retryable { after } => (AttemptOutcome::Retryable, ControlFlow::Continue(after)),
        Class::NonRetryable => (AttemptOutcome::NonRetryable, ControlFlow::Break(EndReason::NonRetryable)),
        Class::Ignore => (AttemptOutcome::Ignored, ControlFlow::Break(EndReason::Ignored)),
    }
}
