//! One branch: the state that it runs in, and the gap of its `after`.

use super::state::BranchState;
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
pub struct NoAfter;

/// A branch with `after`.
#[derive(Clone, Copy, Debug)]
pub struct After(pub(super) Duration);

impl From<NoAfter> for Option<Duration> {
    fn from(_: NoAfter) -> Self {
        None
    }
}

impl From<After> for Option<Duration> {
    fn from(After(gap): After) -> Self {
        Some(gap)
    }
}

impl<D, S, F, E, K, A, T> Branch<D, S, F, E, K, A, T> {
    pub(super) const fn new(state: BranchState<S, F, D, E, K>, after: A) -> Self {
        Self { state, after, success: PhantomData }
    }

    /// Replaces the decider by `change(decider)`. The types of error, stamp and success follow the new decider.
    pub(super) fn with_decider<D2, E2, K2, T2>(self, change: impl FnOnce(D) -> D2) -> Branch<D2, S, F, E2, K2, A, T2> {
        let state = match self.state {
            BranchState::Waiting { make, decider } => BranchState::Waiting { make, decider: change(decider) },
            // Disabled by its `if`.
            BranchState::WithoutError { end } => BranchState::WithoutError { end },
            BranchState::Running { .. } | BranchState::Failed { .. } | BranchState::Emptied => {
                unreachable!("a race is put together before it is polled")
            }
        };
        Branch::new(state, self.after)
    }
}
