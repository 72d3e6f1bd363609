//! What a race may ask of a branch.

use super::decide::Decide;
use super::single::Branch;
use super::stamp::StartedAt;
use super::state::{BranchPoll, BranchState, EndTime, EndWithoutError, Stage, StateOwn};
use crate::race::error::{BranchError, Ending};
use crate::time::Instant;
use std::mem::needs_drop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

/// Branches are dropped in two rounds, so that those that never started go last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropRound {
    /// What was started; also waiting branches without a destructor to observe: their stage need not be read.
    First,
    /// Branches that never started and have a destructor.
    Second,
}

/// A branch whose success is a `T`.
///
/// `And` stores `B::This`, not `B`. A branch with the wrong success type then fails only this one bound, and rustc reports one
/// error.
#[diagnostic::on_unimplemented(
    message = "a branch of `race!` that gives another success than those before it, which give `{T}`",
    label = "does not give `{T}`",
    note = "convert it after the branch: `load(id) => |row| row.name`"
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
    /// Returns when the branch ended; `None` if it never started, or has not ended.
    fn end_time(&self) -> Option<EndTime>;
    /// Takes `now` as the start of a branch that runs and was started without reading the clock.
    fn stamp(self: Pin<&mut Self>, now: Instant);
    /// Polls the branch if it runs. If there is a `start_at`, a branch that waits is started before that.
    fn poll_branch<X: Ending>(self: Pin<&mut Self>, start_at: Option<StartedAt>, cx: &mut Context<'_>)
    -> BranchPoll<T>;
    /// Drops what the branch still holds, if the branch belongs to this round.
    fn drop_round(self: Pin<&mut Self>, round: DropRound);
    /// Ends the branch, if it is in this stage, without an error: `Cancelled` if it runs, `NotStarted` if it waits.
    fn end_in(self: Pin<&mut Self>, stage: Stage);
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

    fn end_time(&self) -> Option<EndTime> {
        self.state.end_time()
    }

    fn stamp(self: Pin<&mut Self>, now: Instant) {
        self.project().state.stamp(StartedAt::at(now));
    }

    #[inline]
    fn poll_branch<X: Ending>(
        self: Pin<&mut Self>,
        start_at: Option<StartedAt>,
        cx: &mut Context<'_>,
    ) -> BranchPoll<T> {
        let mut state = self.project().state;
        if !X::CATCHES_PANICS {
            return state.poll(start_at, cx);
        }
        let started = state.started().or(start_at);
        // A branch that panicked is never polled again. What it left half done can be seen only in what it borrows.
        let polled = catch_unwind(AssertUnwindSafe(|| state.as_mut().poll(start_at, cx)));
        polled.unwrap_or_else(|_| {
            state.set(BranchState::WithoutError { end: EndWithoutError::Panicked(started.elapsed(Instant::now)) });
            BranchPoll::Failed
        })
    }

    #[inline]
    fn drop_round(self: Pin<&mut Self>, round: DropRound) {
        // Reading the stage costs time, and most closures have nothing to drop. Such branches are dropped in the first round.
        if needs_drop::<S>() || needs_drop::<D>() {
            if (round == DropRound::Second) != (self.stage() == Stage::Waiting) {
                return;
            }
        } else if round == DropRound::Second {
            return;
        }
        self.project().state.set(BranchState::Emptied);
    }

    fn end_in(self: Pin<&mut Self>, stage: Stage) {
        let end = match stage {
            Stage::Waiting => EndWithoutError::NotStarted,
            Stage::Running => EndWithoutError::Cancelled,
            Stage::Done => return,
        };
        if self.stage() == stage {
            self.project().state.set(BranchState::WithoutError { end });
        }
    }

    fn take_error(self: Pin<&mut Self>) -> BranchError<D::Error> {
        match self.project().state.project_replace(BranchState::Emptied) {
            StateOwn::Failed { error, .. } => BranchError::Failed(error),
            StateOwn::WithoutError { end: EndWithoutError::Cancelled } => BranchError::Cancelled,
            StateOwn::WithoutError { end: EndWithoutError::NotStarted } => BranchError::NotStarted,
            StateOwn::WithoutError { end: EndWithoutError::Disabled } => BranchError::Disabled,
            StateOwn::WithoutError { end: EndWithoutError::Panicked(_) } => BranchError::Panicked,
            StateOwn::Emptied | StateOwn::Waiting { .. } | StateOwn::Running { .. } => {
                unreachable!("a race is lost when all its branches have ended and none has won")
            }
        }
    }
}
