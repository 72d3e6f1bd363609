//! What a fallback returned: a result, or a future of one. Its type says which, by the same selection as in `probe`.

use crate::context;
use crate::observe::FallbackRun;
use crate::outcome::Outcome;
use std::cell::Cell;
use std::fmt;
use std::future::{Future, Ready, ready};

/// What a fallback returned, to be taken out once.
pub struct Answer<T>(Cell<Option<T>>);

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

impl<T> Answer<T> {
    /// Holds what a fallback returned.
    pub const fn new(answer: T) -> Self {
        Self(Cell::new(Some(answer)))
    }

    fn take(&self) -> T {
        // Expanded code asks once, of a value that it has just made.
        self.0.take().unwrap_or_else(|| unreachable!("an answer is taken once"))
    }
}

/// First: a future, which is awaited.
pub trait ByFuture {
    /// The future.
    type Answer;

    #[doc(hidden)]
    fn recourse_answer(&self) -> Self::Answer;
}

impl<F: Future> ByFuture for &Answer<F> {
    type Answer = F;

    fn recourse_answer(&self) -> F {
        self.take()
    }
}

/// Second: a result, which is there already.
pub trait ByResult {
    /// The result.
    type Answer;

    #[doc(hidden)]
    fn recourse_answer(&self) -> Ready<Self::Answer>;
}

impl<T> ByResult for Answer<T> {
    type Answer = T;

    fn recourse_answer(&self) -> Ready<T> {
        ready(self.take())
    }
}

/// Returns the result of a fallback, which is told to those who observe it. If that is a success, the failure before it concerns no call around.
pub fn answered<R: Outcome>(result: R, told: Option<FallbackRun>) -> R {
    let is_ok = result.as_result().is_ok();
    if is_ok {
        context::forgive();
    }
    if let Some(told) = told {
        told.returned(is_ok);
    }
    result
}

/// Calls the closure of a fallback.
pub fn fallback_by<A, R>(arguments: A, fallback: impl FnOnce(A) -> R) -> R {
    fallback(arguments)
}
