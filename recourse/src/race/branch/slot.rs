//! What a branch keeps in each stage of its life.
//!
//! ```text
//!  Waiting ──▶ Running ──▶ Failed, or Ended: cancelled or panicked ───────▶ Emptied
//!     │           └────────────────────────────── it won ────────────────────▲
//!     └──────────────────▶ Ended: disabled, or not started ──────────────────┘
//! ```

use super::decide::Decide;
use super::stamp::{Elapsed, StartedAt};
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How a branch ended that has no error to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Cancelled,
    NotStarted,
    Disabled,
    Panicked(Elapsed),
}

pin_project! {
    // Time stamps are bytes, so that they stand beside the tag: a slot is one word larger than its future or its error.
    #[project = SlotProj]
    #[project_replace = SlotOwn]
    pub enum Slot<S, F, D, E> {
        Waiting { start: S, decider: D },
        Running { started: StartedAt, #[pin] future: F, decider: D },
        Failed { elapsed: Elapsed, error: E },
        Ended { how: Ended },
        // The branch has won, or its race is over.
        Emptied,
    }
}

/// What a poll of one branch found.
pub enum BranchPoll<T> {
    Won(T),
    /// The branch failed in this poll, and its future is dropped.
    Failed,
    /// The branch was started by this poll, and runs.
    Started,
    Running,
    /// The branch waits for its start, or has ended before.
    Idle,
}

impl<T> std::fmt::Debug for BranchPoll<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            BranchPoll::Won(_) => "Won",
            BranchPoll::Failed => "Failed",
            BranchPoll::Started => "Started",
            BranchPoll::Running => "Running",
            BranchPoll::Idle => "Idle",
        })
    }
}

/// The stage of a branch's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Running,
    Ended,
}

/// When a branch ended that had been started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedAt {
    After(Elapsed),
    /// The branch was cancelled at the end of the race.
    EndOfRace,
}

impl<S, F, D, E> Slot<S, F, D, E> {
    #[inline]
    pub(super) const fn stage(&self) -> Stage {
        match self {
            Self::Waiting { .. } => Stage::Waiting,
            Self::Running { .. } => Stage::Running,
            Self::Failed { .. } | Self::Ended { .. } | Self::Emptied => Stage::Ended,
        }
    }

    /// Returns when the branch started; unknown unless it runs.
    pub(super) fn started(&self) -> StartedAt {
        match self {
            Self::Running { started, .. } => *started,
            Self::Waiting { .. } | Self::Failed { .. } | Self::Ended { .. } | Self::Emptied => StartedAt::UNKNOWN,
        }
    }

    /// Returns when the branch ended; `None` if it never started, or is not reported.
    pub(super) const fn ended(&self) -> Option<EndedAt> {
        match self {
            Self::Failed { elapsed, .. } | Self::Ended { how: Ended::Panicked(elapsed) } => {
                Some(EndedAt::After(*elapsed))
            }
            Self::Ended { how: Ended::Cancelled } => Some(EndedAt::EndOfRace),
            Self::Waiting { .. } | Self::Running { .. } | Self::Ended { .. } | Self::Emptied => None,
        }
    }

    #[cold]
    fn assert_not_emptied(&self) {
        assert!(
            !matches!(self, Self::Emptied),
            "a race was polled after it was over: it had returned, or a branch of it had panicked"
        );
    }

    /// Gives a branch that runs its time stamp, if it has none.
    pub(super) fn stamp(self: Pin<&mut Self>, now: StartedAt) {
        if let SlotProj::Running { started, .. } = self.project() {
            *started = started.or(Some(now));
        }
    }
}

impl<S, F: Future, D: Decide<F::Output>> Slot<S, F, D, D::Error> {
    /// Polls the branch if it runs. A branch that waits is started before, if there is a `start`.
    #[inline]
    pub(super) fn poll<I>(
        mut self: Pin<&mut Self>,
        start: Option<StartedAt>,
        cx: &mut Context<'_>,
    ) -> BranchPoll<D::Success>
    where
        S: FnOnce() -> I,
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
    {
        let mut pending = BranchPoll::Running;
        if let (Some(started), Self::Waiting { .. }) = (start, &*self) {
            // The slot is empty while the closure runs: a panic in it must not leave a branch that can start again.
            if let SlotOwn::Waiting { start, decider } = self.as_mut().project_replace(Self::Emptied) {
                let future = start().into_future();
                self.set(Self::Running { started, future, decider });
                pending = BranchPoll::Started;
            }
        }
        let SlotProj::Running { started, future, .. } = self.as_mut().project() else {
            self.assert_not_emptied();
            return BranchPoll::Idle;
        };
        let started = *started;
        let Poll::Ready(output) = future.poll(cx) else { return pending };
        // The future is dropped before the function behind `=>` sees its success, and before another branch is polled.
        let SlotOwn::Running { decider, .. } = self.as_mut().project_replace(Self::Emptied) else {
            return BranchPoll::Idle;
        };
        match decider.decide(output) {
            Ok(success) => BranchPoll::Won(success),
            Err(error) => {
                self.set(Self::Failed { elapsed: started.elapsed(Instant::now), error });
                BranchPoll::Failed
            }
        }
    }
}
