//! The race over an iterator, and how one is made.

use super::slots::Slots;
#[cfg(feature = "net")]
use super::slots::{Heap, heap};
use super::source::{Known, Source};
use crate::race::branch::{Decide, FirstCompletion, FirstSuccess};
use crate::race::error::{BranchError, Entry, OwnErrors};
use crate::race::schedule::{Engine, NoStagger};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

pin_project! {
    /// The future that [`race!`](crate::race!) over an iterator returns.
    ///
    /// The methods set the options of the race, which is pinned by its first poll. They are the same as in the macro.
    ///
    /// # Cancel safety
    ///
    /// Dropping the race drops every branch at once. Nothing was spawned.
    ///
    /// # Panics
    ///
    /// When the race is polled again after it was ready, or after a branch panicked.
    // `I` is the source of items, `M` makes a branch of an item, `S` are the slots, `G` the gaps between starts, `E` is the error
    // of a branch, `D` the decider, `X` the ending.
    #[must_use = "a race does nothing unless it is awaited"]
    pub struct RaceOver<I, M, S, G, E, D, X> {
        #[pin]
        pub(super) slots: S,
        // `None` when the race is finished, like `make`.
        #[pin]
        pub(super) items: Option<I>,
        pub(super) make: Option<M>,
        // Copied for each item. So it holds no `=>` function, which is `FnOnce`.
        pub(super) decider: D,
        // The branches that have failed, in the order of their ends.
        pub(super) entries: Vec<Entry<BranchError<E>>>,
        pub(super) progress: Progress,
        pub(super) engine: Engine<G>,
        #[pin]
        pub(super) timer: Timer,
        pub(super) types: PhantomData<fn() -> X>,
    }
}

/// How far a race has come.
#[derive(Debug)]
pub(super) struct Progress {
    /// Time zero: the first poll.
    pub(super) origin: Option<Instant>,
    /// The number of items that were started.
    pub(super) started: usize,
    /// The item that was polled first in the last pass.
    pub(super) first_polled: Option<usize>,
    pub(super) fair: bool,
    /// The race has returned, or a panic has left it.
    pub(super) finished: bool,
}

impl<I, M, S, G, E, D, X> fmt::Debug for RaceOver<I, M, S, G, E, D, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceOver").field("progress", &self.progress).finish_non_exhaustive()
    }
}

type ErrorOf<D, U> = <D as Decide<<U as IntoFuture>::Output>>::Error;
type NewRace<I, M, S, D, U> = RaceOver<I, M, S, NoStagger, ErrorOf<D, U>, D, OwnErrors>;
type Items<I> = Known<<I as IntoIterator>::IntoIter>;

/// Makes a race over an iterator, for the first success.
pub fn race_over<I, M, U, S>(items: I, make: M, slots: S) -> NewRace<Items<I>, M, S, FirstSuccess, U>
where
    I: IntoIterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    FirstSuccess: Decide<U::Output>,
{
    new_race(Known::new(items.into_iter()), make, slots, FirstSuccess)
}

/// Makes a race over an iterator, for the first completion.
pub fn race_over_first_completion<I, M, U, S>(
    items: I,
    make: M,
    slots: S,
) -> NewRace<Items<I>, M, S, FirstCompletion, U>
where
    I: IntoIterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
{
    new_race(Known::new(items.into_iter()), make, slots, FirstCompletion)
}

/// Makes a race for the first success over the items of a source, at most `max` at the same time, on the heap.
#[cfg(feature = "net")]
pub(crate) fn race_from<I, M, U>(items: I, make: M, max: usize) -> NewRace<I, M, Heap<U::IntoFuture>, FirstSuccess, U>
where
    I: Source,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    FirstSuccess: Decide<U::Output>,
{
    new_race(items, make, heap(max), FirstSuccess)
}

fn new_race<I, M, U, S, D>(items: I, make: M, slots: S, decider: D) -> NewRace<I, M, S, D, U>
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
        decider,
        entries: Vec::new(),
        progress: Progress { origin: None, started: 0, first_polled: None, fair: false, finished: false },
        engine: Engine::new(NoStagger, Duration::ZERO, None),
        timer: Timer::new(),
        types: PhantomData,
    }
}
