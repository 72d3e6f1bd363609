//! Races over an iterator: at most so many at the same time, each in a slot.

mod lost;
mod slots;
mod source;
mod turn;

use super::decide::{Decide, FirstCompletion, FirstSuccess};
use super::ending::{Caught, Fated};
use super::engine::Engine;
use super::entries::AllFailed;
use super::fate::Fate;
use super::gaps::{AtOnce, Gaps};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use slots::Slots;
use source::Known;

pub use lost::{Entry, RaceErrors};
pub use slots::{heap, no_slot, slot};
pub(crate) use source::Source;

pin_project! {
    /// The future that [`race!`](crate::race!) over an iterator returns.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops every branch, at once. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When it is polled again after it was ready, or after a branch panicked.
    #[must_use = "a race does nothing unless it is awaited"]
    pub struct RaceOver<I, M, S, G, E, D, X> {
        #[pin]
        slots: S,
        #[pin]
        items: Option<I>,
        make: Option<M>,
        entries: Vec<Entry<Fate<E>>>,
        run: Run,
        engine: Engine<G>,
        #[pin]
        timer: Timer,
        kind: PhantomData<fn() -> (D, X)>,
    }
}

/// How far a race has come.
#[derive(Debug)]
struct Run {
    origin: Option<Instant>,
    /// How many were started.
    started: usize,
    /// The item that was polled first in the last pass, where that changes.
    turn: Option<usize>,
    fair: bool,
    over: bool,
}

impl<I, M, S, G, E, D, X> fmt::Debug for RaceOver<I, M, S, G, E, D, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceOver").field("run", &self.run).finish_non_exhaustive()
    }
}

type ErrorOf<D, U> = <D as Decide<<U as IntoFuture>::Output>>::Error;
type Fresh<I, M, S, D, U> = RaceOver<I, M, S, AtOnce, ErrorOf<D, U>, D, AllFailed>;
type Items<I> = Known<<I as IntoIterator>::IntoIter>;

/// A race over an iterator, where the first success wins.
pub fn race_over<I, M, U, S>(items: I, make: M, slots: S) -> Fresh<Items<I>, M, S, FirstSuccess, U>
where
    I: IntoIterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    FirstSuccess: Decide<U::Output>,
{
    fresh(Known::new(items.into_iter()), make, slots)
}

/// A race over an iterator, where the first completion wins.
pub fn race_over_to_completion<I, M, U, S>(items: I, make: M, slots: S) -> Fresh<Items<I>, M, S, FirstCompletion, U>
where
    I: IntoIterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
{
    fresh(Known::new(items.into_iter()), make, slots)
}

/// A race over what comes from a source, with as many slots on the heap, where the first success wins.
#[cfg(feature = "net")]
pub(crate) fn race_from<I, M, U>(
    items: I,
    make: M,
    slots: usize,
) -> Fresh<I, M, slots::Heap<U::IntoFuture>, FirstSuccess, U>
where
    I: Source,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    FirstSuccess: Decide<U::Output>,
{
    fresh(items, make, heap(slots))
}

fn fresh<I, M, U, S, D>(items: I, make: M, slots: S) -> Fresh<I, M, S, D, U>
where
    I: Source,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    D: Decide<U::Output>,
{
    RaceOver {
        slots,
        items: Some(items),
        make: Some(make),
        entries: Vec::new(),
        run: Run { origin: None, started: 0, turn: None, fair: false, over: false },
        engine: Engine::new(AtOnce, Duration::ZERO, None),
        timer: Timer::new(),
        kind: PhantomData,
    }
}

impl<I, M, S, G: Gaps, E, D, X> RaceOver<I, M, S, G, E, D, X> {
    fn map<H: Gaps, F, C, Y>(self, engine: impl FnOnce(Engine<G>) -> Engine<H>) -> RaceOver<I, M, S, H, F, C, Y> {
        assert!(self.run.origin.is_none(), "options of a race are set before it is polled");
        let Self { slots, items, make, entries: _, run, engine: old, timer, kind: _ } = self;
        RaceOver { slots, items, make, entries: Vec::new(), run, engine: engine(old), timer, kind: PhantomData }
    }

    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn stagger<H: Gaps>(self, gaps: H) -> RaceOver<I, M, S, H, E, D, X> {
        self.map(|engine| Engine::new(gaps, engine.min_gap, engine.deadline))
    }

    /// The least time between two starts where the later one is due because a branch failed.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.engine.min_gap = gap;
        self
    }

    /// Ends the race so long after its first poll. A branch that is ready by then still wins. The entries of the error are
    /// [`Fate`]s: what failed, and what was still running.
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn deadline(self, deadline: Duration) -> RaceOver<I, M, S, G, E, D, X::Fated>
    where
        X: Fated,
    {
        self.until(Some(deadline))
    }

    pub(crate) fn until(self, deadline: Option<Duration>) -> RaceOver<I, M, S, G, E, D, X::Fated>
    where
        X: Fated,
    {
        self.map(|engine| Engine::new(engine.gaps, engine.min_gap, deadline))
    }

    /// Polls another branch first in each pass, so that one that is always ready does not always win.
    pub const fn fair(mut self) -> Self {
        self.run.fair = true;
        self
    }

    /// The first completion wins, success or failure: the race gives what its branch gave. There is an error where there is no
    /// item, or at the deadline.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let read = recourse::race!(max = 2; for text in ["one", "2"] => async move { text.parse::<u32>() });
    /// assert_eq!(read.first().await.unwrap(), "one".parse::<u32>());
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn first(self) -> RaceOver<I, M, S, G, Infallible, FirstCompletion, X> {
        self.map(|engine| engine)
    }

    /// A branch that panics has lost, and the others go on. Its panic is caught, after the panic hook has told of it.
    ///
    /// What the branch shares with the rest of the program may be left half done, as after any panic that is caught.
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn panics_lose(self) -> RaceOver<I, M, S, G, E, D, Caught> {
        self.map(|engine| engine)
    }
}
