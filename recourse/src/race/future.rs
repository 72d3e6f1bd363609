//! The race itself: branches, when they start, and what comes out.

use super::clock::{Plain, Timed, When};
use super::completion::{Complete, CompletionOf};
use super::ending::{Caught, Completed, Ending, Fated};
use super::engine::Engine;
use super::entries::{AllFailed, Entries};
use super::gaps::{AtOnce, Gaps};
use super::list::Branches;
use super::order::{Declared, Order, Rotating};
use super::slot::Stage;
use crate::time::Instant;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::forget;
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
        kind: PhantomData<fn() -> (N, X)>,
    }
}

impl<B, W: fmt::Debug, N, X> fmt::Debug for Race<B, W, N, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Race").field("when", &self.when).finish_non_exhaustive()
    }
}

/// The branches of a race that is being polled. What unwinds out of that poll finds none of them left, as after a win.
struct Polled<'a, B: Branches, W: When<B>> {
    branches: Pin<&'a mut B>,
    when: Pin<&'a mut W>,
}

impl<B: Branches, W: When<B>> Polled<'_, B, W> {
    /// Drops what runs, then what was never started, then the timer.
    #[inline]
    fn spend(&mut self) {
        self.branches.as_mut().spend(false);
        self.branches.as_mut().spend(true);
        self.when.as_mut().clear();
    }

    /// The same, but for what the branches have to tell.
    fn lose(&mut self) {
        self.branches.as_mut().lose(Stage::Running);
        self.branches.as_mut().lose(Stage::Waiting);
        self.when.as_mut().clear();
    }
}

impl<B: Branches, W: When<B>> Drop for Polled<'_, B, W> {
    #[cold]
    fn drop(&mut self) {
        self.spend();
    }
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
        let this = self.project();
        let mut polled = Polled { branches: this.branches, when: this.when };
        let output = match polled.when.as_mut().poll::<X>(polled.branches.as_mut(), cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(success)) => {
                // What was started is gone already.
                polled.branches.as_mut().spend(true);
                polled.when.as_mut().clear();
                Poll::Ready(X::won(success))
            }
            Poll::Ready(None) => {
                let now = Instant::now();
                polled.lose();
                Poll::Ready(X::lost(polled.branches.as_mut(), &*polled.when, now))
            }
        };
        forget(polled);
        output
    }
}

/// A race where the first success wins.
pub const fn race<B: Branches, N>(branches: B, _: N) -> Race<B, Plain<Declared>, N, AllFailed>
where
    N: Copy,
{
    Race { branches, when: Plain(Declared), kind: PhantomData }
}

/// A race where the first completion wins.
pub const fn race_to_completion<B: Branches, N>(branches: B, _: N) -> Race<B, Plain<Declared>, N, Completed>
where
    N: Copy,
{
    Race { branches, when: Plain(Declared), kind: PhantomData }
}

type Moments<B> = <<B as Branches>::Errors as Entries>::Moments;

impl<B: Branches, W: When<B>, N, X> Race<B, W, N, X> {
    fn map<V, Y>(self, when: impl FnOnce(W) -> V) -> Race<B, V, N, Y> {
        assert!(!self.when.begun(&self.branches), "options of a race are set before it is polled");
        Race { branches: self.branches, when: when(self.when), kind: PhantomData }
    }

    /// A branch that panics has lost, and the others go on. Its panic is caught, after the panic hook has told of it, and what it
    /// was raised with is dropped: the error says [`Panicked`](super::Fate::Panicked).
    ///
    /// What the branch shares with the rest of the program may be left half done, as after any panic that is caught.
    pub fn panics_lose(self) -> Race<B, W, N, Caught> {
        self.map(|when| when)
    }

    /// Takes the first completion, success or failure: what comes out is the `Result` or the `Option` that all branches give.
    /// With a deadline, an `if` or `panics_lose` that is inside of another `Result`, whose error says that no branch completed.
    ///
    /// The function behind `=>` stays with the success. In the macro, `race!(first; ..)`, it gets all that its branch gives, and
    /// branches may give anything.
    ///
    /// ```
    /// use recourse::race;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let refused = async || Err::<u32, _>("refused");
    /// let slow = async || std::future::pending::<Result<u32, &str>>().await;
    /// assert_eq!(race!(slow(), refused()).first().await, Err("refused"));
    /// let late = race!(deadline = 1s; slow(), slow()).first().await;
    /// assert!(late.is_err(), "none has completed");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn first(self) -> Race<B::Completing, W, N, X::Completion>
    where
        B: Complete<Completing: Branches>,
        X: CompletionOf,
    {
        let Race { branches, when, kind: _ } = self.map::<W, X>(|when| when);
        Race { branches: branches.complete(), when, kind: PhantomData }
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

impl<B: Branches<Errors: Entries>, N, X, O: Order + Unpin> Race<B, Plain<O>, N, X> {
    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, Timed<G, Moments<B>, O>, N, X> {
        self.map(|Plain(order)| Timed::new(Engine::new(gaps, Duration::ZERO, None), B::Errors::NO_MOMENTS, order))
    }

    /// Ends the race so long after its first poll. A branch that is ready by then still wins.
    pub fn deadline(self, deadline: Duration) -> Race<B, Timed<AtOnce, Moments<B>, O>, N, X::Fated>
    where
        X: Fated,
    {
        self.timed().deadline(deadline)
    }

    /// Polls another branch first in each pass, so that one that is always ready does not always win.
    pub fn fair(self) -> Race<B, Plain<Rotating>, N, X> {
        self.map(|_| Plain(Rotating::NEW))
    }

    /// A branch has an `after`.
    #[doc(hidden)]
    pub fn timed(self) -> Race<B, Timed<AtOnce, Moments<B>, O>, N, X> {
        self.stagger(AtOnce)
    }
}

impl<B, N, X, S, O> Race<B, Timed<AtOnce, S, O>, N, X>
where
    B: Branches,
    Timed<AtOnce, S, O>: When<B>,
{
    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    pub fn stagger<G: Gaps>(self, gaps: G) -> Race<B, Timed<G, S, O>, N, X> {
        self.map(|timed| {
            let engine = Engine::new(gaps, timed.engine.min_gap, timed.engine.deadline);
            Timed::new(engine, timed.starts, timed.order)
        })
    }
}

impl<B, N, X, G, S, O> Race<B, Timed<G, S, O>, N, X>
where
    B: Branches,
    G: Gaps,
    Timed<G, S, O>: When<B>,
{
    /// The least time between two starts where the later one is due because a branch failed.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.when.engine.min_gap = gap;
        self
    }

    /// Ends the race so long after its first poll. A branch that is ready by then still wins.
    pub fn deadline(mut self, deadline: Duration) -> Race<B, Timed<G, S, O>, N, X::Fated>
    where
        X: Fated,
    {
        self.when.engine.deadline = Some(deadline);
        self.map(|timed| timed)
    }

    /// Polls another branch first in each pass, so that one that is always ready does not always win.
    pub fn fair(self) -> Race<B, Timed<G, S, Rotating>, N, X> {
        self.map(|timed| Timed::new(timed.engine, timed.starts, Rotating::NEW))
    }
}
