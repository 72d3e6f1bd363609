//! Whether another attempt may help after a failure, and when.
//!
//! # Design notes
//!
//! - **A timeout of a layer that makes no retries is retryable**, unlike other rejections. There are no attempts below
//!   that would be multiplied, and `retry + timeout` would never retry otherwise. The rejection remembers whether its
//!   policy retries.
//! - **An open circuit is not retried**, as it is not within one engine: a call that sleeps until the circuit closes has
//!   lost what the circuit is for. (Between two functions under the attribute a rejection that says when to come back is
//!   retried, since each of the two has a policy of its own.)
//! - **When all leaves have failed, one that may succeed is reason enough for another attempt**, since one success is
//!   enough. The attempt asks all leaves again, so it waits for the longest time that one of the services asked for. A
//!   rejection has no say in that time, because asking again costs its service nothing; only among rejections alone the
//!   first that ends decides.

use super::model::Failure;
use crate::classify::Classify;
use crate::error::{Rejected, RejectionKind};
use crate::outcome::Class;

/// Classifies a failure as a layer around it does. Policies that stand one over the other agree, with
/// `.classify(Failure::classify)`, with those that are combined by operators.
///
/// ```
/// use recourse::algebra::Failure;
/// use recourse::{Class, Classify};
///
/// #[derive(Classify)]
/// enum ApiError {
///     #[classify(retryable)]
///     Busy,
///     #[classify(ignore)]
///     NotFound,
/// }
/// assert_eq!(Failure::Inner(ApiError::Busy).classify(), Class::RETRYABLE);
/// assert_eq!(Failure::Inner(ApiError::NotFound).classify(), Class::Ignore);
/// ```
impl<E: Classify> Classify for Failure<E> {
    fn classify(&self) -> Class {
        self.class_by(E::classify)
    }
}

impl<E> Failure<E> {
    /// Classifies the failure. `own` classifies the service's own errors.
    #[cold]
    pub(crate) fn class_by(&self, own: impl Fn(&E) -> Class) -> Class {
        match self {
            Self::Inner(error) => own(error),
            Self::Rejected(rejected) => class_of_rejected(rejected),
            Self::All(all) => {
                let errors = all.entries().iter().filter_map(|entry| entry.cause.inner());
                let rejections = all.entries().iter().filter_map(|entry| entry.cause.rejected());
                class_of_all(errors.map(&own), rejections.map(class_of_rejected))
            }
        }
    }
}

/// Classifies a rejection. Other kinds than the first two are read as anywhere in a chain of errors: not retried, unless
/// they say when to come back.
fn class_of_rejected(rejected: &Rejected) -> Class {
    match rejected.kind() {
        RejectionKind::Timeout | RejectionKind::AttemptTimeout if !rejected.repeats => Class::RETRYABLE,
        RejectionKind::CircuitOpen => Class::NonRetryable,
        _ => rejected.classify(),
    }
}

/// Classifies a list of failures by the classes of its errors and of its rejections.
fn class_of_all(own: impl Iterator<Item = Class> + Clone, mut rejected: impl Iterator<Item = Class> + Clone) -> Class {
    let retryable = |class: &Class| matches!(class, Class::Retryable { .. });
    let after = |class: &Class| if let Class::Retryable { after } = class { *after } else { None };
    // A service that is unwell says more than one that did its work, and that one more than one that has nothing to say.
    let rank = |class: &Class| match class {
        Class::Ignore => 0,
        Class::Success => 1,
        Class::Retryable { .. } | Class::NonRetryable => 2,
    };
    // Services before rejections: a service that asked for time must get it, even when a rejection ends earlier.
    let longest_of_own = own.clone().filter(retryable).max_by_key(after);
    let first_of_rejected = || rejected.clone().filter(retryable).min_by_key(after);
    // Calls whose time was over before they began are no failure of anybody.
    let hopeless = |none_failed| if none_failed { Class::Ignore } else { Class::NonRetryable };
    let known = longest_of_own.or_else(first_of_rejected).or_else(|| own.max_by_key(rank));
    known.unwrap_or_else(|| hopeless(rejected.all(|class| class == Class::Ignore)))
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

    /// timeout-9.
    #[test]
    fn calls_that_never_began_are_nobodys_failure() {
        assert_eq!(all([], [Class::Ignore, Class::Ignore]), Class::Ignore);
        assert_eq!(all([], [Class::Ignore, Class::NonRetryable]), Class::NonRetryable);
    }

    #[test]
    fn without_hope_services_speak_first() {
        assert_eq!(all([Class::Ignore], [Class::NonRetryable]), Class::Ignore);
        assert_eq!(all([Class::Ignore, Class::Success], []), Class::Success);
        assert_eq!(all([Class::Success, Class::NonRetryable, Class::Ignore], []), Class::NonRetryable);
    }
}
