//! The race itself: its branches, its start policy, and how they end together.

use super::branch::{Branches, DropRound, Stage};
use super::error::{CannotFail, Ending, Entries, OwnErrors, RaceError, Shape};
use super::schedule::{DeclaredOrder, StartPolicy, Untimed};
use crate::context;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::forget;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// The future that [`race!`](crate::race!) returns.
    ///
    /// The methods set the options of the race before it is polled. They are the same as in the macro. A race with a timer is pinned
    /// by its first poll, so no method can be called after it; those of other races panic then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the race drops every branch at once. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When the race is polled again after it was ready, or after a branch panicked.
    // `B` is the list of branches, `P` the start policy, `N` the shape of the error's entries (named or not), `X` the ending.
    #[must_use = "a race does nothing unless it is awaited"]
    pub struct Race<B, P, N, X> {
        #[pin]
        pub(super) branches: B,
        #[pin]
        pub(super) policy: P,
        pub(super) types: PhantomData<fn() -> (N, X)>,
    }
}

impl<B, P: fmt::Debug, N, X> fmt::Debug for Race<B, P, N, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// Makes a race for the first success. The second argument is the shape of the error's entries; `Copy`, because a `const fn` cannot
/// drop its argument.
pub const fn race<B: Branches, N>(branches: B, _: N) -> Race<B, Untimed<DeclaredOrder>, N, OwnErrors>
where
    N: Copy,
{
    Race { branches, policy: Untimed { order: DeclaredOrder::NEW }, types: PhantomData }
}

/// Makes a race for the first completion. The second argument is the shape of the error's entries.
pub const fn race_first_completion<B: Branches, N>(branches: B, _: N) -> Race<B, Untimed<DeclaredOrder>, N, CannotFail>
where
    N: Copy,
{
    Race { branches, policy: Untimed { order: DeclaredOrder::NEW }, types: PhantomData }
}

impl<B, P, N, X> Future for Race<B, P, N, X>
where
    B: Branches,
    P: StartPolicy<B>,
    N: Shape<B::Pairs<X>>,
    X: Ending,
{
    type Output = X::Output<B::Success, RaceError<N::Entries, X::Kind>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut guard = PollGuard { branches: this.branches, policy: this.policy };
        let output = match guard.policy.as_mut().poll::<X>(guard.branches.as_mut(), cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(success)) => {
                // The poll that found the winner has dropped all that had started. The caller gets the success when the rest is
                // gone, too, so that its next line finds every lock and permit of the losers free.
                guard.branches.as_mut().drop_round(DropRound::Second);
                guard.policy.as_mut().clear();
                context::forgive();
                Poll::Ready(X::output(Ok(success)))
            }
            Poll::Ready(None) => Poll::Ready(X::output(Err(guard.end_without_winner::<N, X>()))),
        };
        // The poll has not unwound, so nothing is left to drop.
        forget(guard);
        output
    }
}

/// A race that is being polled. If that poll unwinds, dropping the guard drops all branches, and the race counts as finished.
///
/// # Design notes
///
/// The other branches of a race that panicked would be dropped next anyway, with the race. Letting them run on instead would
/// need a byte that remembers the panic, and that byte would cost every race a word.
struct PollGuard<'a, B: Branches, P: StartPolicy<B>> {
    branches: Pin<&'a mut B>,
    policy: Pin<&'a mut P>,
}

impl<B: Branches, P: StartPolicy<B>> PollGuard<'_, B, P> {
    /// Drops what runs, then what never started, then the timer. Returns the error that says how each branch ended.
    #[cold]
    fn end_without_winner<N, X>(&mut self) -> RaceError<N::Entries, X::Kind>
    where
        N: Shape<B::Pairs<X>>,
        X: Ending,
    {
        // A constant for each race. Without it, a race for the first completion would carry the code of an error.
        assert!(X::CAN_FAIL, "the first branch that completes wins, and nothing else ends this race");
        // Before branches are dropped: the time that their destructors take is not part of the race.
        let race_end = self.policy.race_end();
        self.branches.as_mut().end_in(Stage::Running);
        self.branches.as_mut().end_in(Stage::Waiting);
        self.policy.as_mut().clear();
        // Times are read from the states of the branches, so this comes before their errors are moved out.
        let mut times = N::Entries::NO_TIMES;
        self.branches.each_end_time(&mut |branch, end| {
            if let Some(entry) = times.as_mut().get_mut(branch) {
                *entry = self.policy.times(branch, end, race_end);
            }
        });
        RaceError::new(N::entries(self.branches.as_mut().take_pairs::<X>()), times)
    }
}

impl<B: Branches, P: StartPolicy<B>> Drop for PollGuard<'_, B, P> {
    #[cold]
    fn drop(&mut self) {
        self.branches.as_mut().drop_round(DropRound::First);
        self.branches.as_mut().drop_round(DropRound::Second);
        self.policy.as_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::race;
    use crate::race::branch::{and, branch, no_branch};
    use crate::race::error::Unnamed;
    use crate::time::READINGS;
    use std::future::{Future, ready};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    fn poll_once<F: Future>(future: F) -> (Poll<F::Output>, u32) {
        let (mut future, before) = (pin!(future), READINGS.get());
        let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        (polled, READINGS.get() - before)
    }

    /// race-16.
    #[test]
    fn a_race_that_its_first_poll_decides_reads_no_clock() {
        let fails = || branch(|| ready(Err::<u8, _>("no")));
        let (won, readings) = poll_once(race(and(no_branch(), branch(|| ready(Some(1)))), Unnamed));
        assert!(matches!((won, readings), (Poll::Ready(Ok(1)), 0)));
        let (lost, readings) = poll_once(race(and(and(no_branch(), fails()), fails()), Unnamed));
        assert!(matches!((lost, readings), (Poll::Ready(Err(_)), 0)));
        let (lost, readings) = poll_once(race(and(no_branch(), fails()), Unnamed).panics_lose());
        assert!(matches!((lost, readings), (Poll::Ready(Err(_)), 0)));

        // With a timer: time zero, and how long the branch took.
        let (lost, readings) = poll_once(race(and(no_branch(), fails()), Unnamed).stagger(Duration::from_millis(1)));
        assert!(matches!((lost, readings), (Poll::Ready(Err(_)), 3)), "{readings}");
    }
}
