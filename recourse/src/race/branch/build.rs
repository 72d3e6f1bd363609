//! How `race!` puts a branch together, from its future and from what is written around it.

use super::decide::{Decide, FirstCompletion, FirstSuccess, MapSuccess};
use super::single::{After, Branch, NoAfter};
use super::state::{BranchState, EndWithoutError};
use std::time::Duration;

/// A branch with nothing written around its future, whose output is an `O`.
type NewBranch<D, S, F, O> = Branch<
    <D as Decide<O>>::Decider,
    S,
    F,
    <D as Decide<O>>::Error,
    <D as Decide<O>>::Stamp,
    NoAfter,
    <D as Decide<O>>::Success,
>;

/// Makes a branch of a race for the first success.
pub fn branch<S, I>(make: S) -> NewBranch<FirstSuccess, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
    FirstSuccess: Decide<I::Output, Decider = FirstSuccess>,
{
    Branch::new(BranchState::Waiting { make, decider: FirstSuccess }, NoAfter)
}

/// Makes a branch of a race for the first completion.
pub fn first<S, I>(make: S) -> NewBranch<FirstCompletion, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
{
    Branch::new(BranchState::Waiting { make, decider: FirstCompletion }, NoAfter)
}

/// Adds `=> MAP`.
pub fn map<D, S, F, E, K, T, U, M>(
    branch: Branch<D, S, F, E, K, NoAfter, T>,
    map: M,
) -> Branch<MapSuccess<D, M>, S, F, E, K, NoAfter, U>
where
    M: FnOnce(T) -> U,
{
    branch.with_decider(|decider| MapSuccess { decider, map })
}

/// Adds `after D`.
pub fn after<D, S, F, E, K, T>(
    branch: Branch<D, S, F, E, K, NoAfter, T>,
    gap: Duration,
) -> Branch<D, S, F, E, K, After, T> {
    Branch::new(branch.state, After(gap))
}

/// Adds `if EXPR`. The condition is known when the race is made, like every other value of an option.
pub fn enabled<D, S, F, E, K, A, T>(
    mut branch: Branch<D, S, F, E, K, A, T>,
    enabled: bool,
) -> Branch<D, S, F, E, K, A, T> {
    if !enabled {
        // The closure is dropped here and not with the race, so that it holds nothing while the race runs.
        branch.state = BranchState::WithoutError { end: EndWithoutError::Disabled };
    }
    branch
}
