//! The race itself: branches, when they start, and what comes out.

use super::clock::{Core, Plain, Timed, When, drop_all};
use super::engine::Engine;
use super::entries::{AllFailed, Entries, Fates, Shape, Times};
use super::error::RaceError;
use super::gaps::{AtOnce, Gaps};
use super::list::Branches;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

pin_project! {
    /// The future that [`race!`](crate::race!) returns.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops every branch, at once. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When it is polled again after it was ready, or after a branch panicked.
    #[must_use = "a race does nothing unless it is awaited"]
    pub struct Race<B, W, N, X> {
        #[pin]
        branches: B,
        #[pin]
        when: W,
        core: Core,
        kind: PhantomData<fn() -> (N, X)>,
    }
}

impl<B, W: fmt::Debug, N, X> fmt::Debug for Race<B, W, N, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").field("when", &self.when).field("over", &self.core.over).finish_non_exhaustive()
    }
}

/// What comes out of a race.
pub trait Ending<B: Branches, N> {
    /// Panics of branches are caught.
    const CAUGHT: bool = false;
    type Output;
    fn won(success: B::Success) -> Self::Output;
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, origin: Instant) -> Self::Output;
}

/// The first completion: no branch can fail, and nothing ends the race before.
#[derive(Debug)]
pub struct Completed;

/// [`Fates`], where a branch that panics has lost.
#[derive(Debug)]
pub struct Caught;

/// The same race, with [`Fates`] as its entries.
pub trait Fated {
    type Fated;
}

impl Fated for AllFailed {
    type Fated = Fates;
}

impl Fated for Completed {
    type Fated = Fates;
}

impl Fated for Fates {
    type Fated = Fates;
}

impl Fated for Caught {
    type Fated = Caught;
}

type Lost<N, T, K> = RaceError<<N as Shape<T>>::Entries, K>;

impl<B: Branches, N: Shape<B::Errors>> Ending<B, N> for AllFailed {
    type Output = Result<B::Success, Lost<N, B::Errors, AllFailed>>;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Ok(success)
    }

    #[cold]
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, origin: Instant) -> Self::Output {
        let times = times::<N::Entries, B, W>(&branches, when, origin);
        Err(RaceError::new(N::entries(branches.errors()), times))
    }
}

impl<B: Branches, N: Shape<B::Fates>> Ending<B, N> for Fates {
    type Output = Result<B::Success, Lost<N, B::Fates, Fates>>;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Ok(success)
    }

    #[cold]
    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, origin: Instant) -> Self::Output {
        let times = times::<N::Entries, B, W>(&branches, when, origin);
        Err(RaceError::new(N::entries(branches.fates()), times))
    }
}

impl<B: Branches, N> Ending<B, N> for Caught
where
    Fates: Ending<B, N>,
{
    const CAUGHT: bool = true;
    type Output = <Fates as Ending<B, N>>::Output;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        Fates::won(success)
    }

    fn lost<W: When<B>>(branches: Pin<&mut B>, when: &W, origin: Instant) -> Self::Output {
        Fates::lost(branches, when, origin)
    }
}

impl<B: Branches, N> Ending<B, N> for Completed {
    type Output = B::Success;

    #[inline]
    fn won(success: B::Success) -> Self::Output {
        success
    }

    fn lost<W: When<B>>(_: Pin<&mut B>, _: &W, _: Instant) -> Self::Output {
        unreachable!("a branch that completes wins, and nothing else ends this race")
    }
}

fn times<L: Entries, B: Branches, W: When<B>>(branches: &B, when: &W, origin: Instant) -> L::Times {
    let (mut ends, mut times) = (L::NO_MOMENTS, L::NO_TIMES);
    branches.ends(ends.as_mut());
    for (index, (times, end)) in times.as_mut().iter_mut().zip(ends.as_ref()).enumerate() {
        *times = Times { origin, start: when.start(index).or(end.map(|_| origin)), end: *end };
    }
    times
}

impl<B, W, N, X> Future for Race<B, W, N, X>
where
    B: Branches,
    W: When<B>,
    X: Ending<B, N>,
{
    type Output = X::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<X::Output> {
        let mut this = self.project();
        assert!(
            !this.core.over,
            "a race was polled after it was over: it had returned, or a branch of it had panicked"
        );
        // Until this poll has returned: a panic leaves it so.
        this.core.over = true;
        let (branches, when) = (this.branches.as_mut(), this.when.as_mut());
        let polled = if X::CAUGHT {
            when.poll::<true>(branches, this.core, cx)
        } else {
            when.poll::<false>(branches, this.core, cx)
        };
        match polled {
            Poll::Pending => {
                this.core.over = false;
                Poll::Pending
            }
            Poll::Ready(Some(success)) => {
                drop_all(this.branches, this.when, None);
                Poll::Ready(X::won(success))
            }
            Poll::Ready(None) => {
                let now = Instant::now();
                drop_all(this.branches.as_mut(), this.when.as_mut(), Some(now));
                Poll::Ready(X::lost(this.branches, &*this.when, this.core.origin.unwrap_or(now)))
            }
        }
    }
}

/// A race where the first success wins.
pub const fn race<B: Branches, N>(branches: B, _: N) -> Race<B, Plain, N, AllFailed>
where
    N: Copy,
{
    Race { branches, when: Plain, core: Core::NEW, kind: PhantomData }
}

/// A race where the first completion wins.
pub const fn race_to_completion<B: Branches, N>(branches: B, _: N) -> Race<B, Plain, N, Completed>
where
    N: Copy,
{
    Race { branches, when: Plain, core: Core::NEW, kind: PhantomData }
}

type Moments<B> = <<B as Branches>::Errors as Entries>::Moments;

impl<B, W, N, X> Race<B, W, N, X> {
    fn map<V, Y>(self, when: impl FnOnce(W) -> V) -> Race<B, V, N, Y> {
        assert!(!self.core.begun, "options of a race are set before it is polled");
        Race { branches: self.branches, when: when(self.when), core: self.core, kind: PhantomData }
    }

    /// Polls another branch first in each pass, so that one that is always ready does not always win.
    pub const fn fair(mut self) -> Self {
        self.core.fair = true;
        self
    }

    /// A branch that panics has lost, and the others go on. Its panic is caught, after the panic hook has told of it.
    ///
    /// What the branch shares with the rest of the program may be left half done, as after any panic that is caught.
    pub fn panics_lose(self) -> Race<B, W, N, Caught> {
        self.map(|when| when)
    }

    /// A branch has an `if`.
    #[doc(hidden)]
    pub fn fated(self) -> Race<B, W, N, X::Fated>
    where
        X: Fated,
    {
        self.map(|when| when)
    }
}

impl<B: Branches<Errors: Entries>, N, X> Race<B, Plain, N, X> {
    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, Timed<G, Moments<B>>, N, X> {
        self.map(|_| Timed::new(Engine::new(gaps, Duration::ZERO, None), B::Errors::NO_MOMENTS))
    }

    /// Ends the race so long after its first poll. A branch that is ready by then still wins.
    pub fn deadline(self, deadline: Duration) -> Race<B, Timed<AtOnce, Moments<B>>, N, X::Fated>
    where
        X: Fated,
    {
        self.timed().deadline(deadline)
    }

    /// A branch has an `after`.
    #[doc(hidden)]
    pub fn timed(self) -> Race<B, Timed<AtOnce, Moments<B>>, N, X> {
        self.stagger(AtOnce)
    }
}

impl<B, N, X, S> Race<B, Timed<AtOnce, S>, N, X> {
    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, Timed<G, S>, N, X> {
        self.map(|timed| Timed::new(Engine::new(gaps, timed.engine.min_gap, timed.engine.deadline), timed.starts))
    }
}

impl<B, N, X, G: Gaps, S> Race<B, Timed<G, S>, N, X> {
    /// The least time between two starts where the later one is due because a branch failed.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.when.engine.min_gap = gap;
        self
    }

    /// Ends the race so long after its first poll. A branch that is ready by then still wins.
    pub fn deadline(mut self, deadline: Duration) -> Race<B, Timed<G, S>, N, X::Fated>
    where
        X: Fated,
    {
        self.when.engine.deadline = Some(deadline);
        self.map(|timed| timed)
    }
}
