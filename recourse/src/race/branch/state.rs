//! The state of a branch: what it keeps in each stage of its life.
//!
//! ```text
//!  Waiting ──▶ Running ──▶ Failed, or WithoutError: cancelled or panicked ───▶ Emptied
//!     │           └──────────────────────────────── it won ──────────────────────▲
//!     └──────────────────▶ WithoutError: disabled, or not started ───────────────┘
//! ```

use super::decide::Decide;
use super::stamp::{Elapsed, StartedAt};
use crate::race::misuse::POLLED_AFTER_END;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How a branch without an error ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndWithoutError {
    Cancelled,
    NotStarted,
    Disabled,
    Panicked(Elapsed),
}

pin_project! {
    // Time stamps are bytes, so that they fit next to the tag: a state is one word larger than its future or its error.
    #[project = StateProj]
    #[project_replace = StateOwn]
    pub enum BranchState<S, F, D, E, K> {
        Waiting { make: S, decider: D },
        Running { stamp: K, #[pin] future: F, decider: D },
        Failed { elapsed: Elapsed, error: E },
        WithoutError { end: EndWithoutError },
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
    /// The branch waits for its start, or has ended in an earlier poll.
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
    Done,
}

/// When a started branch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndTime {
    /// This long after its start.
    Took(Elapsed),
    /// The branch was cancelled at the end of the race.
    EndOfRace,
}

impl<S, F, D, E, K: Copy + From<StartedAt> + Into<StartedAt>> BranchState<S, F, D, E, K> {
    #[inline]
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Waiting { .. } => Stage::Waiting,
            Self::Running { .. } => Stage::Running,
            Self::Failed { .. } | Self::WithoutError { .. } | Self::Emptied => Stage::Done,
        }
    }

    /// Returns false if the branch is as it was made: it waits, or is disabled.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self, Self::Waiting { .. } | Self::WithoutError { end: EndWithoutError::Disabled })
    }

    /// Returns when the branch started; unknown unless it runs and has a stamp.
    pub(super) fn started(&self) -> StartedAt {
        match self {
            Self::Running { stamp, .. } => (*stamp).into(),
            Self::Waiting { .. } | Self::Failed { .. } | Self::WithoutError { .. } | Self::Emptied => {
                StartedAt::UNKNOWN
            }
        }
    }

    /// Returns when the branch ended; `None` if it never started, or is not reported.
    pub(super) fn end_time(&self) -> Option<EndTime> {
        match self {
            Self::Failed { elapsed, .. } | Self::WithoutError { end: EndWithoutError::Panicked(elapsed) } => {
                Some(EndTime::Took(*elapsed))
            }
            Self::WithoutError { end: EndWithoutError::Cancelled } => Some(EndTime::EndOfRace),
            Self::Waiting { .. } | Self::Running { .. } | Self::WithoutError { .. } | Self::Emptied => None,
        }
    }

    #[cold]
    fn assert_not_emptied(&self) {
        assert!(!matches!(self, Self::Emptied), "{POLLED_AFTER_END}");
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
    /// Polls the branch if it runs. If there is a `start_at`, a branch that waits is started before that.
    #[inline]
    pub(super) fn poll<I>(
        mut self: Pin<&mut Self>,
        start_at: Option<StartedAt>,
        cx: &mut Context<'_>,
    ) -> BranchPoll<D::Success>
    where
        S: FnOnce() -> I,
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
    {
        // A branch that starts is polled in the same pass, because nothing would wake the task for its first poll.
        let pending = match start_at {
            Some(start_at) if self.as_mut().start_if_waiting(start_at) => BranchPoll::Started,
            _ => BranchPoll::Running,
        };
        let StateProj::Running { stamp, future, .. } = self.as_mut().project() else {
            self.assert_not_emptied();
            return BranchPoll::Idle;
        };
        // Read before the poll: afterwards the stamp may be gone with the future.
        let started: StartedAt = (*stamp).into();
        let Poll::Ready(output) = future.poll(cx) else { return pending };
        let result = match D::STATELESS {
            // A stateless decider calls no user code, so the future can be dropped together with the state change below.
            Some(decider) => decider.decide(output),
            // The function after `=>` gets its success when the future is gone.
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

    /// Makes the future of a branch that waits. Returns false if the branch does not wait.
    #[inline]
    fn start_if_waiting<I>(mut self: Pin<&mut Self>, start_at: StartedAt) -> bool
    where
        S: FnOnce() -> I,
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
    {
        if !matches!(*self, Self::Waiting { .. }) {
            return false;
        }
        // Nothing is left in the state while the closure runs: a panic in it must not leave a branch that can start again.
        if let StateOwn::Waiting { make, decider } = self.as_mut().project_replace(Self::Emptied) {
            let future = make().into_future();
            self.set(Self::Running { stamp: start_at.into(), future, decider });
        }
        true
    }
}
