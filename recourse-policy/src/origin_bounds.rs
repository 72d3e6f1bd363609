//! The bounds that depend on who wrote a policy: those of code, and the tighter ones of documents.

use crate::bounds::{self, About, Rule, about};
use std::time::Duration;

/// The rows of the retry section.
#[derive(Debug)]
pub(crate) struct RetryRules {
    pub(crate) attempts: &'static Rule<u32>,
    /// The message about `forever`, if that is not allowed.
    pub(crate) not_forever: Option<&'static About>,
    pub(crate) delay: &'static Rule<Duration>,
    pub(crate) initial: &'static Rule<Duration>,
    pub(crate) max: &'static Rule<Duration>,
    pub(crate) pushback: &'static Rule<Duration>,
}

pub(crate) const RETRY: &RetryRules = &RetryRules {
    attempts: bounds::ATTEMPTS,
    not_forever: None,
    delay: bounds::DELAY,
    initial: bounds::INITIAL,
    max: bounds::MAX,
    pushback: bounds::PUSHBACK,
};

const RETRY_OF_DOCUMENTS: &RetryRules = &RetryRules {
    attempts: bounds::ATTEMPTS_OF_DOCUMENTS,
    not_forever: Some(&about!(
        "retry.max_attempts",
        "`forever` is for code; in a document attempts are 1 to 10; write `10 attempts`"
    )),
    delay: bounds::DELAY_OF_DOCUMENTS,
    initial: bounds::INITIAL_OF_DOCUMENTS,
    max: bounds::MAX_OF_DOCUMENTS,
    pushback: bounds::PUSHBACK_OF_DOCUMENTS,
};

/// How far the values of a policy may go, which depends on who wrote it.
///
/// A program knows what its own loops are for. A document is written by somebody else, perhaps for many programs at once, so it cannot ask
/// for as much: 10 attempts, delays of 30 s, and never `forever`.
///
/// ```
/// use recourse_policy::{Bounds, Policy, RetryPolicy};
///
/// let asked = Policy::new().retry(RetryPolicy::attempts(50));
/// assert_eq!(asked.normalize_within(Bounds::code()), (asked, vec![]));
/// let (allowed, changes) = asked.normalize_within(Bounds::document());
/// assert_eq!(allowed.retry, Some(RetryPolicy::attempts(10)));
/// assert_eq!(changes[0].from, "50");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub(crate) retry: &'static RetryRules,
}

impl Bounds {
    /// Returns the bounds of attributes, and of policies in code.
    #[must_use]
    pub const fn code() -> Self {
        Self { retry: RETRY }
    }

    /// Returns the bounds of documents: of policies from a file or the network.
    #[must_use]
    pub const fn document() -> Self {
        Self { retry: RETRY_OF_DOCUMENTS }
    }
}
