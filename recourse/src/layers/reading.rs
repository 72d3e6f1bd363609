//! What a failure means to the engine around it.

use crate::algebra::failure::{Cause, Failure, Failures};
use crate::classify::Classify;
use crate::error::{Rejected, RejectionKind};
use crate::executor::{Accept, Answers, By, Describe, RetryAll, Untold, Verdict};
use crate::outcome::Class;

/// How a layer reads what the service below it returns: by the functions it was given, for the service's own errors and values.
#[derive(Clone, Copy, Debug)]
pub struct Reading<Err = RetryAll, Ok = Accept, Text = Untold> {
    pub(super) err: Err,
    pub(super) ok: Ok,
    pub(super) text: Text,
}

impl Reading {
    pub(super) const PLAIN: Self = Self { err: RetryAll, ok: Accept, text: Untold };
}

impl<T, E, Err, Ok, Text> Answers<Result<T, Failure<E>>> for Reading<Err, Ok, Text>
where
    Err: Verdict<E>,
    Ok: Verdict<T>,
    Text: Describe<E>,
{
    #[inline]
    fn class(&self, outcome: &Result<T, Failure<E>>) -> Class {
        match outcome {
            Ok(value) => self.ok.verdict(value),
            Err(failure) => self.class_of(failure),
        }
    }

    fn reject(&self, rejected: Rejected) -> Result<T, Failure<E>> {
        Err(Failure::Rejected(rejected))
    }

    fn text(&self, outcome: &Result<T, Failure<E>>) -> Option<String> {
        match outcome.as_ref().err()? {
            Failure::Inner(error) => self.text.describe(error),
            Failure::Rejected(rejected) => Some(rejected.to_string()),
            Failure::All(all) => self.texts(all),
        }
    }
}

impl<Err, Ok, Text> Reading<Err, Ok, Text> {
    #[cold]
    pub(super) fn class_of<E>(&self, failure: &Failure<E>) -> Class
    where
        Err: Verdict<E>,
    {
        match failure {
            Failure::Inner(error) => self.err.verdict(error),
            Failure::Rejected(rejected) => class_of_rejected(rejected),
            Failure::All(all) => {
                let own = all.entries().iter().filter_map(|entry| entry.cause.inner());
                let refused = all.entries().iter().filter_map(|entry| entry.cause.rejected());
                class_of_all(own.map(|error| self.err.verdict(error)), refused.map(class_of_rejected))
            }
        }
    }

    /// As [`Failures`] is displayed, where each of its errors has a text.
    fn texts<E>(&self, all: &Failures<E>) -> Option<String>
    where
        Text: Describe<E>,
    {
        let text = |cause: &Cause<E>| match cause {
            Cause::Inner(error) => self.text.describe(error),
            Cause::Rejected(rejected) => Some(rejected.to_string()),
        };
        let texts = all.entries().iter().map(|entry| Some(format!("{}: {}", entry.label, text(&entry.cause)?)));
        Some(texts.collect::<Option<Vec<_>>>()?.join("; "))
    }
}

/// As a layer reads it around the one that failed, so that policies which stand one over the other see the same as those that are
/// combined: `.classify(Failure::classify)`.
impl<E: Classify> Classify for Failure<E> {
    fn classify(&self) -> Class {
        Reading { err: By(E::classify), ok: Accept, text: Untold }.class_of(self)
    }
}

/// As a rejection that is found in a chain of errors: it is not retried unless it says when to come back, since retries would
/// multiply with those that were made below. But a timeout where none were made (`timeout`) leaves nothing to multiply with, so
/// that `retry + timeout` is what it reads as: every attempt has its time. And a circuit that is open ends the call, as it does in one
/// engine: who sleeps until it closes has lost what it is for.
fn class_of_rejected(rejected: &Rejected) -> Class {
    match rejected.kind() {
        RejectionKind::Timeout | RejectionKind::AttemptTimeout if !rejected.repeats => Class::RETRYABLE,
        RejectionKind::CircuitOpen => Class::NonRetryable,
        _ => rejected.classify(),
    }
}

/// One success is enough, so what one leaf gives hope for is worth another attempt: after the longest time that a service asked
/// for, since all are asked again. A refusal costs nothing to ask for again, so it has no say in when, unless there is nothing
/// but refusals, and then the first that ends is waited for. Where there is no hope, services speak before refusals do.
fn class_of_all(own: impl Iterator<Item = Class> + Clone, refused: impl Iterator<Item = Class>) -> Class {
    let hope = |class: &Class| matches!(class, Class::Retryable { .. });
    let after = |class: &Class| if let Class::Retryable { after } = class { *after } else { None };
    let rank = |class: &Class| match class {
        Class::Ignore => 0,
        Class::Success => 1,
        Class::Retryable { .. } | Class::NonRetryable => 2,
    };
    let asked_for = own.clone().filter(hope).max_by_key(after);
    let ends = || refused.filter(hope).min_by_key(after);
    asked_for.or_else(ends).or_else(|| own.max_by_key(rank)).unwrap_or(Class::NonRetryable)
}

#[cfg(test)]
mod tests {
    use super::{Class, class_of_all};
    use std::time::Duration;

    const fn after(seconds: u64) -> Class {
        Class::Retryable { after: Some(Duration::from_secs(seconds)) }
    }

    fn all<const OWN: usize, const REFUSED: usize>(own: [Class; OWN], refused: [Class; REFUSED]) -> Class {
        class_of_all(own.into_iter(), refused.into_iter())
    }

    #[test]
    fn one_leaf_that_may_succeed_is_reason_to_ask_all_again() {
        assert_eq!(all([Class::NonRetryable, Class::RETRYABLE], []), Class::RETRYABLE);
        assert_eq!(all([Class::Ignore], [Class::RETRYABLE]), Class::RETRYABLE);
        assert_eq!(all([Class::NonRetryable], [after(3)]), after(3));
    }

    #[test]
    fn services_are_given_the_longest_time_that_one_asked_for() {
        assert_eq!(all([after(2), after(5), Class::RETRYABLE], [after(9)]), after(5));
        assert_eq!(all([Class::RETRYABLE], [after(9)]), Class::RETRYABLE, "a refusal has no say");
    }

    #[test]
    fn of_refusals_alone_the_first_that_ends_is_waited_for() {
        assert_eq!(all([], [after(9), after(4)]), after(4));
        assert_eq!(all([], [after(9), Class::RETRYABLE]), Class::RETRYABLE);
        assert_eq!(all([], [Class::NonRetryable, Class::NonRetryable]), Class::NonRetryable);
    }

    #[test]
    fn without_hope_services_speak_first() {
        assert_eq!(all([Class::Ignore], [Class::NonRetryable]), Class::Ignore);
        assert_eq!(all([Class::Ignore, Class::Success], []), Class::Success);
        assert_eq!(all([Class::Success, Class::NonRetryable, Class::Ignore], []), Class::NonRetryable);
    }
}
