//! Start policies: who decides when a branch starts. Here is the policy of a race without `stagger`, `after` and `deadline`, in
//! which all branches start at the first poll; the other policy is [`Timed`](super::Timed).
//!
//! # Design notes
//!
//! A plain race reads the clock once, at the end of its first poll and only if it goes on; this costs about 30 ns, needed for the
//! times in the error. A race won in its first poll costs 3 to 4.5 ns. A race that cannot fail does not read the clock at all.

use super::order::PollOrder;
use crate::race::branch::{Branches, EndTime, Found, StartedAt};
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
    /// Drops the timer, so that a race that is kept after its end holds nothing.
    fn clear(self: Pin<&mut Self>);
    /// Returns the time at which the race ends without a winner, which is now. Any time will do if no branch is cancelled.
    fn race_end(&self) -> Instant;
    /// Returns the times of a branch that was started, in a race that ended without a winner at `race_end`.
    fn times(&self, branch: usize, end: EndTime, race_end: Instant) -> Times;
}

/// Starts all branches at the first poll. Has no timer.
#[derive(Debug)]
pub struct Untimed<O> {
    pub(in crate::race) order: O,
}

impl<B: Branches, const BYTES: usize> StartPolicy<B> for Untimed<PollOrder<BYTES>> {
    #[inline]
    fn poll<X: Ending>(
        mut self: Pin<&mut Self>,
        mut branches: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let mut found = Found::default();
        // Every pass may start branches. None waits after the first pass, so that pass needs no flag.
        let won = self.order.pass::<X, B>(branches.as_mut(), Some(StartedAt::UNKNOWN), &mut found, cx);
        if won.is_some() {
            return Poll::Ready(won);
        }
        if !found.running {
            return Poll::Ready(None);
        }
        if X::CAN_FAIL && found.started {
            branches.stamp(Instant::now());
        }
        Poll::Pending
    }

    fn has_begun(&self, branches: &B) -> bool {
        branches.has_begun()
    }

    #[inline]
    fn clear(self: Pin<&mut Self>) {}

    fn race_end(&self) -> Instant {
        // Such a race ends when all its branches have, and each knows how long it took.
        Instant::from_nanos(0)
    }

    fn times(&self, _: usize, end: EndTime, _: Instant) -> Times {
        // Times are shown as distances from time zero, and all branches started then, so any moment will do for it.
        let origin = Instant::from_nanos(0);
        let end = match end {
            EndTime::Took(elapsed) => origin.saturating_add(elapsed.duration()),
            EndTime::EndOfRace => unreachable!("without a deadline a race ends when all its branches have"),
        };
        Times { origin, start: Some(origin), end: Some(end) }
    }
}
