//! What counts: the first success, or the first completion.

use super::mark::{Mark, Since};
use std::convert::Infallible;
use std::error::Error;
use std::fmt;

/// What the outcome of a branch means for the race.
#[diagnostic::on_unimplemented(
    message = "a branch of `race!` gives a `Result` or an `Option`, not `{O}`",
    label = "neither success nor failure can be told from `{O}`",
    note = "`race!(first; ..)` takes the first branch that completes, whatever it gives"
)]
pub trait Decide<O> {
    type Success;
    type Error;
    /// `Self`. A branch is named through it: where it has no meaning it has no type, and rustc says so once.
    type Decider: Decider;
    fn decide(outcome: O) -> Result<Self::Success, Self::Error>;
}

/// What wins.
pub trait Decider {
    type Mark: Mark;
}

/// The first success wins.
#[derive(Debug)]
pub struct FirstSuccess;

impl Decider for FirstSuccess {
    type Mark = Since;
}

/// The first completion wins.
#[derive(Debug)]
pub struct FirstCompletion;

impl Decider for FirstCompletion {
    type Mark = ();
}

impl<T, E> Decide<Result<T, E>> for FirstSuccess {
    type Success = T;
    type Error = E;
    type Decider = Self;

    #[inline]
    fn decide(outcome: Result<T, E>) -> Result<T, E> {
        outcome
    }
}

impl<T> Decide<Option<T>> for FirstSuccess {
    type Success = T;
    type Error = NoValue;
    type Decider = Self;

    #[inline]
    fn decide(outcome: Option<T>) -> Result<T, NoValue> {
        outcome.ok_or(NoValue)
    }
}

impl<O> Decide<O> for FirstCompletion {
    type Success = O;
    type Error = Infallible;
    type Decider = Self;

    #[inline]
    fn decide(outcome: O) -> Result<O, Infallible> {
        Ok(outcome)
    }
}

/// The error of a branch that gave `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to say about nothing")]
pub struct NoValue;

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value")
    }
}

impl Error for NoValue {}
