//! The state of a branch: what it keeps in each stage of its life.
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
    // Time stamps are bytes, so that they stand beside the tag: a state is one word larger than its future or its error.
    #[project = StateProj]
    #[project_replace = StateOwn]
    pub enum BranchState<S, F, D, E, K> {
        Waiting { start: S, decider: D },
        Running { stamp: K, #[pin] future: F, decider: D },
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
pub enum EndTime {
    After(Elapsed),
    /// The branch was cancelled at the end of the race.
    EndOfRace,
}

impl<S, F, D, E, K: Copy + From<StartedAt> + Into<StartedAt>> BranchState<S, F, D, E, K> {
    #[inline]
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Waiting { .. } => Stage::Waiting,
            Self::Running { .. } => Stage::Running,
            Self::Failed { .. } | Self::Ended { .. } | Self::Emptied => Stage::Ended,
        }
    }

    /// Returns false if the branch is as it was made: it waits, or is disabled.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self, Self::Waiting { .. } | Self::Ended { how: Ended::Disabled })
    }

    /// Returns when the branch started; unknown unless it runs and has a stamp.
    pub(super) fn started(&self) -> StartedAt {
        match self {
            Self::Running { stamp, .. } => (*stamp).into(),
            Self::Waiting { .. } | Self::Failed { .. } | Self::Ended { .. } | Self::Emptied => StartedAt::UNKNOWN,
        }
    }

    /// Returns when the branch ended; `None` if it never started, or is not reported.
    pub(super) fn ended(&self) -> Option<EndTime> {
        match self {
            Self::Failed { elapsed, .. } | Self::Ended { how: Ended::Panicked(elapsed) } => {
                Some(EndTime::After(*elapsed))
            }
            Self::Ended { how: Ended::Cancelled } => Some(EndTime::EndOfRace),
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
        if let StateProj::Running { stamp, .. } = self.project() {
            let started: StartedAt = (*stamp).into();
            *stamp = K::from(started.or(Some(now)));
        }
    }
}

impl<S, F: Future, D: Decide<F::Output>> BranchState<S, F, D, D::Error, D::Stamp> {
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
        // A branch that starts is polled in the same pass. Nobody would wake the task for its first poll otherwise.
        let mut pending = BranchPoll::Running;
        if let (Some(started), Self::Waiting { .. }) = (start, &*self) {
            // Nothing is left in the state while the closure runs: a panic in it must not leave a branch that can start again.
            if let StateOwn::Waiting { start, decider } = self.as_mut().project_replace(Self::Emptied) {
                let future = start().into_future();
                self.set(Self::Running { stamp: started.into(), future, decider });
                pending = BranchPoll::Started;
            }
        }
        let StateProj::Running { stamp, future, .. } = self.as_mut().project() else {
            self.assert_not_emptied();
            return BranchPoll::Idle;
        };
        // Read before the poll: afterwards the stamp may be gone with the future.
        let started: StartedAt = (*stamp).into();
        let Poll::Ready(output) = future.poll(cx) else { return pending };
        let result = match D::STATELESS {
            // Such a decider calls no function of the user, so the future may go later, in one write with what follows it.
            Some(decider) => decider.decide(output),
            // The function behind `=>` gets its success when the future is gone.
            None => match self.as_mut().project_replace(Self::Emptied) {
                StateOwn::Running { decider, .. } => decider.decide(output),
                _ => return BranchPoll::Idle,
            },
        };
        match result {
            Ok(success) => {
                self.set(Self::Emptied);
                BranchPoll::Won(success)
            }
            Err(error) => {
                self.set(Self::Failed { elapsed: started.elapsed(Instant::now), error });
                BranchPoll::Failed
            }
        }
    }
}
