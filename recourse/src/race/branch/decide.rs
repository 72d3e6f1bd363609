//! Which outputs of a branch are successes.

use super::stamp::{NoStamp, StartedAt};
use crate::race::error::NoValue;
use std::convert::Infallible;

/// Turns the output of a branch into a success or an error.
#[diagnostic::on_unimplemented(
    message = "a branch of `race!` gives a `Result` or an `Option`, not `{O}`",
    label = "neither success nor failure can be told from `{O}`",
    note = "`race!(first; ..)` takes the first branch that completes, whatever it gives"
)]
pub trait Decide<O>: Sized {
    type Success;
    type Error;
    /// What a running branch remembers of its start: [`StartedAt`], or [`NoStamp`] if it cannot fail.
    type Stamp: Copy + From<StartedAt> + Into<StartedAt>;
    /// `Some` if the decider has no state. `poll` then need not move it out of the branch, which would match on the state again.
    const STATELESS: Option<Self> = None;
    /// `Self`. The type of a branch is named through this projection, so a branch whose output does not fit has no type. rustc
    /// then reports the branch once, and not again at each use of the race.
    type Decider;

    fn decide(self, output: O) -> Result<Self::Success, Self::Error>;
}

/// The first success wins.
#[derive(Clone, Copy, Debug)]
pub struct FirstSuccess;

/// The first completion wins.
#[derive(Clone, Copy, Debug)]
pub struct FirstCompletion;

/// The function after `=>`, for the successes of another decider.
#[expect(missing_debug_implementations, reason = "functions have no `Debug`")]
pub struct MapSuccess<D, M> {
    pub(super) decider: D,
    pub(super) map: M,
}

impl<T, E> Decide<Result<T, E>> for FirstSuccess {
    type Success = T;
    type Error = E;
    type Stamp = StartedAt;
    type Decider = Self;
    const STATELESS: Option<Self> = Some(Self);

    #[inline]
    fn decide(self, output: Result<T, E>) -> Result<T, E> {
        output
    }
}

impl<T> Decide<Option<T>> for FirstSuccess {
    type Success = T;
    type Error = NoValue;
    type Stamp = StartedAt;
    type Decider = Self;
    const STATELESS: Option<Self> = Some(Self);

    #[inline]
    fn decide(self, output: Option<T>) -> Result<T, NoValue> {
        output.ok_or(NoValue)
    }
}

impl<O> Decide<O> for FirstCompletion {
    type Success = O;
    type Error = Infallible;
    type Stamp = NoStamp;
    type Decider = Self;
    const STATELESS: Option<Self> = Some(Self);

    #[inline]
    fn decide(self, output: O) -> Result<O, Infallible> {
        Ok(output)
    }
}

impl<O, D, M, U> Decide<O> for MapSuccess<D, M>
where
    D: Decide<O>,
    M: FnOnce(D::Success) -> U,
{
    type Success = U;
    type Error = D::Error;
    type Stamp = D::Stamp;
    type Decider = Self;

    #[inline]
    fn decide(self, output: O) -> Result<U, D::Error> {
        self.decider.decide(output).map(self.map)
    }
}
