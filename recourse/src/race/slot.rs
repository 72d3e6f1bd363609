//! The place of a branch: what starts it, its future, and then what is left of it.
//!
//! ```text
//!  Waiting ──▶ Running ──▶ Failed, or Over: cancelled, or panicked ──▶ Spent
//!     └──────────────────▶ Over: disabled, or never started ───────────▶
//! ```

use super::decide::Decide;
use super::finish::Finish;
use super::mark::{Mark, Since, Took};
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How a branch ended that has no error to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Cancelled,
    NotStarted,
    Disabled,
    Panicked(Took),
}

pin_project! {
    // The times are bytes, so that they stand beside the tag: a slot is a word larger than its future or its error.
    #[project = SlotProj]
    #[project_replace = SlotOwn]
    pub enum Slot<S, F, M, E, K> {
        Waiting { start: S, finish: M },
        Running { mark: K, #[pin] future: F, finish: M },
        Failed { took: Took, error: E },
        Over { how: Over },
        // It has won, or its race is over.
        Spent,
    }
}

/// What came of a look at a branch.
pub enum Look<T> {
    Won(T),
    /// It failed just now, and is gone.
    Failed,
    /// It was started just now, and runs.
    Started,
    Running,
    /// Nothing of interest.
    Nothing,
}

impl<T> std::fmt::Debug for Look<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Look::Won(_) => "Won",
            Look::Failed => "Failed",
            Look::Started => "Started",
            Look::Running => "Running",
            Look::Nothing => "Nothing",
        })
    }
}

/// Where a branch is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Running,
    Over,
}

/// When a branch that was started ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    After(Duration),
    /// With its race.
    AtLast,
}

impl<S, F, M, E, K: Mark> Slot<S, F, M, E, K> {
    #[inline]
    pub(super) const fn stage(&self) -> Stage {
        match self {
            Self::Waiting { .. } => Stage::Waiting,
            Self::Running { .. } => Stage::Running,
            Self::Failed { .. } | Self::Over { .. } | Self::Spent => Stage::Over,
        }
    }

    /// When it started; unknown where it does not run.
    pub(super) fn since(&self) -> Since {
        match self {
            Self::Running { mark, .. } => mark.since(),
            Self::Waiting { .. } | Self::Failed { .. } | Self::Over { .. } | Self::Spent => Since::UNKNOWN,
        }
    }

    /// `None` where it never started, or has no fate.
    pub(super) const fn end(&self) -> Option<End> {
        match self {
            Self::Failed { took, .. } | Self::Over { how: Over::Panicked(took) } => Some(End::After(took.duration())),
            Self::Over { how: Over::Cancelled } => Some(End::AtLast),
            Self::Waiting { .. } | Self::Running { .. } | Self::Over { .. } | Self::Spent => None,
        }
    }

    #[cold]
    fn is_not_spent(&self) {
        assert!(
            !matches!(self, Self::Spent),
            "a race was polled after it was over: it had returned, or a branch of it had panicked"
        );
    }

    /// It runs, and nobody knew since when.
    pub(super) fn mark(self: Pin<&mut Self>, now: Since) {
        if let SlotProj::Running { mark, .. } = self.project()
            && mark.since() == Since::UNKNOWN
        {
            *mark = K::of(now);
        }
    }
}

impl<S, F: Future, M, E, K: Mark> Slot<S, F, M, E, K> {
    /// Starts the branch where it waits and is to start, and polls it where it runs.
    #[inline]
    pub(super) fn look<D, I>(mut self: Pin<&mut Self>, start: Option<Since>, cx: &mut Context<'_>) -> Look<M::Out>
    where
        S: FnOnce() -> I,
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
        D: Decide<F::Output, Error = E>,
        M: Finish<D::Success>,
    {
        let mut still = Look::Running;
        if let Some(since) = start
            && matches!(*self, Self::Waiting { .. })
            && let SlotOwn::Waiting { start, finish } = self.as_mut().project_replace(Self::Spent)
        {
            let future = start().into_future();
            self.set(Self::Running { mark: K::of(since), future, finish });
            still = Look::Started;
        }
        let SlotProj::Running { mark, future, .. } = self.as_mut().project() else {
            self.is_not_spent();
            return Look::Nothing;
        };
        let since = mark.since();
        let Poll::Ready(outcome) = future.poll(cx) else { return still };
        match D::decide(outcome) {
            // The future is dropped, and then its success goes through the function.
            Ok(value) => match M::outlive(self) {
                Some(finish) => Look::Won(finish.finish(value)),
                None => Look::Nothing,
            },
            Err(error) => {
                self.set(Self::Failed { took: since.took(Instant::now), error });
                Look::Failed
            }
        }
    }
}
