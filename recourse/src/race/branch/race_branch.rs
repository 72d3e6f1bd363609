//! What a race may ask of a branch.

use super::build::Branch;
use super::decide::Decide;
use super::stamp::StartedAt;
use super::state::{BranchPoll, BranchState, EndTime, Ended, Stage, StateOwn};
use crate::race::error::{BranchError, Ending};
use crate::time::Instant;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// A part of a decided race. The rest of the race is dropped in two rounds, one for each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// The branches that were started; and those of which nobody can see when they are dropped.
    Started,
    /// The branches that never started.
    NeverStarted,
}

/// A branch whose success is a `T`.
///
/// The list of branches names a branch by [`This`](Self::This). A branch with another success has no such type. So rustc reports
/// it once, at the branch, and nothing else of the race.
#[diagnostic::on_unimplemented(
    message = "a branch of `race!` that gives another success than those before it, which give `{T}`",
    label = "does not give `{T}`",
    note = "turn it into one behind the branch: `load(id) => |row| row.name`"
)]
pub trait RaceBranch<T> {
    type Error;
    /// `Self`.
    type This;

    fn this(self) -> Self::This;
    /// Returns the gap of its `after`.
    fn own_gap(&self) -> Option<Duration>;
    fn stage(&self) -> Stage;
    /// Returns false if the branch is as the race was made with it: it waits, or is disabled.
    fn has_begun(&self) -> bool;
    /// Returns when the branch ended; `None` if it never started.
    fn ended(&self) -> Option<EndTime>;
    /// Takes `now` as the start of a branch that runs and was started without reading the clock.
    fn stamp(self: Pin<&mut Self>, now: Instant);
    /// Polls the branch if it runs. A branch that waits is started before, if there is a `start`.
    fn poll_branch<X: Ending>(self: Pin<&mut Self>, start: Option<StartedAt>, cx: &mut Context<'_>) -> BranchPoll<T>;
    /// Drops what the branch still holds, if it belongs to that part of the race.
    fn drop_rest(self: Pin<&mut Self>, rest: Rest);
    /// Drops the branch if it is in this stage, and remembers how it ended.
    fn cancel(self: Pin<&mut Self>, stage: Stage);
    /// Takes the error of a branch that has ended and has not won.
    fn take_error(self: Pin<&mut Self>) -> BranchError<Self::Error>;
}

impl<D, S, I, F, A, T> RaceBranch<T> for Branch<D, S, F, D::Error, D::Stamp, A, T>
where
    D: Decide<F::Output, Success = T>,
    S: FnOnce() -> I,
    I: IntoFuture<IntoFuture = F, Output = F::Output>,
    F: Future,
    A: Copy + Into<Option<Duration>>,
{
    type Error = D::Error;
    type This = Self;

    fn this(self) -> Self {
        self
    }

    fn own_gap(&self) -> Option<Duration> {
        self.after.into()
    }

    #[inline]
    fn stage(&self) -> Stage {
        self.state.stage()
    }

    fn has_begun(&self) -> bool {
        self.state.has_begun()
    }

    fn ended(&self) -> Option<EndTime> {
        self.state.ended()
    }

    fn stamp(self: Pin<&mut Self>, now: Instant) {
        self.project().state.stamp(StartedAt::at(now));
    }

    #[inline]
    fn poll_branch<X: Ending>(self: Pin<&mut Self>, start: Option<StartedAt>, cx: &mut Context<'_>) -> BranchPoll<T> {
        let mut state = self.project().state;
        if !X::CATCHES_PANICS {
            return state.poll(start, cx);
        }
        let started = state.started().or(start);
        // A branch that panicked is never polled again. What it left half done is seen only through what it borrows.
        let polled = catch_unwind(AssertUnwindSafe(|| state.as_mut().poll(start, cx)));
        polled.unwrap_or_else(|_| {
            state.set(BranchState::Ended { how: Ended::Panicked(started.elapsed(Instant::now)) });
            BranchPoll::Failed
        })
    }

    #[inline]
    fn drop_rest(self: Pin<&mut Self>, rest: Rest) {
        // Reading the stage of a branch costs time, and most closures have nothing to drop: those go in the first round.
        if needs_drop::<S>() || needs_drop::<D>() {
            if (rest == Rest::NeverStarted) != (self.stage() == Stage::Waiting) {
                return;
            }
        } else if rest == Rest::NeverStarted {
            return;
        }
        self.project().state.set(BranchState::Emptied);
    }

    fn cancel(self: Pin<&mut Self>, stage: Stage) {
        let how = match stage {
            Stage::Waiting => Ended::NotStarted,
            Stage::Running => Ended::Cancelled,
            Stage::Ended => return,
        };
        if self.stage() == stage {
            self.project().state.set(BranchState::Ended { how });
        }
    }

    fn take_error(self: Pin<&mut Self>) -> BranchError<D::Error> {
        match self.project().state.project_replace(BranchState::Emptied) {
            StateOwn::Failed { error, .. } => BranchError::Failed(error),
            StateOwn::Ended { how: Ended::Cancelled } => BranchError::Cancelled,
            StateOwn::Ended { how: Ended::NotStarted } => BranchError::NotStarted,
            StateOwn::Ended { how: Ended::Disabled } => BranchError::Disabled,
            StateOwn::Ended { how: Ended::Panicked(_) } => BranchError::Panicked,
            StateOwn::Emptied | StateOwn::Waiting { .. } | StateOwn::Running { .. } => {
                unreachable!("a race is lost when all its branches have ended and none has won")
            }
        }
    }
}
