//! A branch, and how `race!` puts it together from its future and from what is written around it.

use super::decide::{Decide, FirstCompletion, FirstSuccess, MapSuccess};
use super::state::{BranchState, Ended};
use pin_project_lite::pin_project;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

pin_project! {
    /// A branch that starts by calling `S`, runs as the future `F`, and succeeds with a `T` or fails with an `E`.
    ///
    /// `D` decides which outputs of the future are successes. `K` is the time stamp of the start, kept while the branch runs, and
    /// `A` is the gap of an `after`, if there is one.
    pub struct Branch<D, S, F, E, K, A, T> {
        #[pin]
        pub(super) state: BranchState<S, F, D, E, K>,
        pub(super) after: A,
        // A function type, because a branch holds no `T`: whether it is `Send` does not depend on its success.
        success: PhantomData<fn() -> T>,
    }
}

impl<D, S, F, E, K, A: fmt::Debug, T> fmt::Debug for Branch<D, S, F, E, K, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").field("after", &self.after).finish_non_exhaustive()
    }
}

/// A branch without `after`.
#[derive(Clone, Copy, Debug)]
pub struct NoGap;

/// A branch with `after`.
#[derive(Clone, Copy, Debug)]
pub struct After(Duration);

impl From<NoGap> for Option<Duration> {
    fn from(_: NoGap) -> Self {
        None
    }
}

impl From<After> for Option<Duration> {
    fn from(After(gap): After) -> Self {
        Some(gap)
    }
}

/// A branch with nothing written around its future, whose output is an `O`.
type Fresh<D, S, F, O> = Branch<
    <D as Decide<O>>::Decider,
    S,
    F,
    <D as Decide<O>>::Error,
    <D as Decide<O>>::Stamp,
    NoGap,
    <D as Decide<O>>::Success,
>;

/// Makes a branch of a race for the first success.
pub fn branch<S, I>(start: S) -> Fresh<FirstSuccess, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
    FirstSuccess: Decide<I::Output, Decider = FirstSuccess>,
{
    Branch::new(BranchState::Waiting { start, decider: FirstSuccess }, NoGap)
}

/// Makes a branch of a race for the first completion.
pub fn first<S, I>(start: S) -> Fresh<FirstCompletion, S, I::IntoFuture, I::Output>
where
    S: FnOnce() -> I,
    I: IntoFuture,
{
    Branch::new(BranchState::Waiting { start, decider: FirstCompletion }, NoGap)
}

/// Adds `=> MAP`.
pub fn map<D, S, F, E, K, T, U, M>(
    branch: Branch<D, S, F, E, K, NoGap, T>,
    map: M,
) -> Branch<MapSuccess<D, M>, S, F, E, K, NoGap, U>
where
    M: FnOnce(T) -> U,
{
    branch.with_decider(|decider| MapSuccess { decider, map })
}

/// Adds `after D`.
pub fn after<D, S, F, E, K, T>(
    branch: Branch<D, S, F, E, K, NoGap, T>,
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
        // The closure is dropped here and not with the race, so that it holds nothing meanwhile.
        branch.state = BranchState::Ended { how: Ended::Disabled };
    }
    branch
}

impl<D, S, F, E, K, A, T> Branch<D, S, F, E, K, A, T> {
    const fn new(state: BranchState<S, F, D, E, K>, after: A) -> Self {
        Self { state, after, success: PhantomData }
    }

    /// Returns the same branch with a decider made of its own. Its error, its stamp and its success follow from that
    /// decider.
    pub(super) fn with_decider<C, G, L, U>(self, change: impl FnOnce(D) -> C) -> Branch<C, S, F, G, L, A, U> {
        let state = match self.state {
            BranchState::Waiting { start, decider } => BranchState::Waiting { start, decider: change(decider) },
            // Disabled by its `if`.
            BranchState::Ended { how } => BranchState::Ended { how },
            BranchState::Running { .. } | BranchState::Failed { .. } | BranchState::Emptied => {
                unreachable!("a race is put together before it is polled")
            }
        };
        Branch::new(state, self.after)
    }
}
