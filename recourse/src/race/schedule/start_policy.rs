//! What a race needs to know of its start policy.

use crate::race::branch::{Branches, EndedAt};
use crate::race::error::{Ending, Times};
use crate::time::Instant;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Starts the branches of a race, and polls those that run.
pub trait StartPolicy<B: Branches> {
    /// Polls the race once; ready with the winner's success, or with `None` when the race has ended without a winner.
    fn poll<X: Ending>(self: Pin<&mut Self>, branches: Pin<&mut B>, cx: &mut Context<'_>) -> Poll<Option<B::Success>>;
    /// Returns true after the first poll.
    fn has_begun(&self, branches: &B) -> bool;
    /// Drops the timer.
    fn clear(self: Pin<&mut Self>);
    /// Returns the times of a branch that was started, in a race that ended without a winner at `race_end`.
    fn times(&self, branch: usize, ended: EndedAt, race_end: Instant) -> Times;
}
