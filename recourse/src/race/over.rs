//! Races over an iterator: at most so many at the same time, each in a slot of the race itself.

use super::decide::{Decide, FirstSuccess};
use super::engine::{Decision, Engine, Wait};
use super::entries::Times;
use super::gaps::{AtOnce, Gaps};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// No slot.
#[derive(Debug)]
pub struct NoSlot;

pin_project! {
    /// Slots, and one more.
    pub struct Slot<S, F> {
        #[pin]
        rest: S,
        #[pin]
        future: Option<F>,
        index: usize,
        start: Option<Instant>,
    }
}

pub const fn no_slot() -> NoSlot {
    NoSlot
}

pub const fn slot<S, F>(rest: S) -> Slot<S, F> {
    Slot { rest, future: None, index: 0, start: None }
}

/// The slots of a race: what runs, found by the number of its item.
pub trait Slots<F: Future> {
    fn is_full(&self) -> bool;
    /// The item that runs and was started next after this one.
    fn next(&self, last: Option<usize>) -> Option<usize>;
    /// Gives the future back where there is no slot for it.
    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) -> Result<(), F>;
    /// What is ready is dropped.
    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<(Option<Instant>, F::Output)>;
    fn remove(self: Pin<&mut Self>, index: usize);
}

impl<F: Future> Slots<F> for NoSlot {
    fn is_full(&self) -> bool {
        true
    }

    fn next(&self, _: Option<usize>) -> Option<usize> {
        None
    }

    fn put(self: Pin<&mut Self>, _: usize, _: Instant, future: F) -> Result<(), F> {
        Err(future)
    }

    fn poll(self: Pin<&mut Self>, _: usize, _: &mut Context<'_>) -> Poll<(Option<Instant>, F::Output)> {
        Poll::Pending
    }

    fn remove(self: Pin<&mut Self>, _: usize) {}
}

impl<S: Slots<F>, F: Future> Slots<F> for Slot<S, F> {
    fn is_full(&self) -> bool {
        self.future.is_some() && self.rest.is_full()
    }

    fn next(&self, last: Option<usize>) -> Option<usize> {
        let here = (self.future.is_some() && last.is_none_or(|last| self.index > last)).then_some(self.index);
        here.into_iter().chain(self.rest.next(last)).min()
    }

    fn put(self: Pin<&mut Self>, index: usize, start: Instant, future: F) -> Result<(), F> {
        let mut this = self.project();
        if this.future.is_some() {
            return this.rest.put(index, start, future);
        }
        (*this.index, *this.start) = (index, Some(start));
        this.future.set(Some(future));
        Ok(())
    }

    fn poll(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Poll<(Option<Instant>, F::Output)> {
        let mut this = self.project();
        match this.future.as_mut().as_pin_mut() {
            Some(future) if *this.index == index => {
                let outcome = ready!(future.poll(cx));
                this.future.set(None);
                Poll::Ready((*this.start, outcome))
            }
            _ => this.rest.poll(index, cx),
        }
    }

    fn remove(self: Pin<&mut Self>, index: usize) {
        let mut this = self.project();
        if this.future.is_some() && *this.index == index {
            this.future.set(None);
        } else {
            this.rest.remove(index);
        }
    }
}

/// One that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Entry<E> {
    /// Which item of the iterator it was; the first is 0.
    pub index: usize,
    /// Its own error.
    pub error: E,
    /// When it started and ended.
    pub times: Times,
}

/// All items of a race over an iterator failed, or there was none.
#[derive(Debug)]
pub struct RaceErrors<E> {
    entries: Vec<Entry<E>>,
}

impl<E> RaceErrors<E> {
    /// What failed, in the order of the starts; empty where the iterator was.
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// The same, to keep.
    pub fn into_entries(self) -> Vec<Entry<E>> {
        self.entries
    }

    /// The error of the first item, where there was one.
    pub fn preferred(&self) -> Option<&E> {
        self.entries.first().map(|entry| &entry.error)
    }
}

impl<E: fmt::Display> fmt::Display for RaceErrors<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no branch of the race succeeded: ")?;
        for (at, entry) in self.entries.iter().enumerate() {
            write!(f, "{}{}: {}", if at == 0 { "" } else { "; " }, entry.index, entry.error)?;
        }
        if self.entries.is_empty() { f.write_str("there was none") } else { Ok(()) }
    }
}

impl<E: Error + 'static> Error for RaceErrors<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.preferred() {
            Some(error) => Some(error),
            None => None,
        }
    }
}

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
    pub struct RaceOver<I: Iterator, M, S, G, E> {
        #[pin]
        slots: S,
        items: Option<Peekable<I>>,
        make: Option<M>,
        entries: Vec<Entry<E>>,
        started: usize,
        origin: Option<Instant>,
        over: bool,
        engine: Engine<G>,
        #[pin]
        timer: Timer,
    }
}

impl<I: Iterator, M, S, G, E> fmt::Debug for RaceOver<I, M, S, G, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RaceOver").field("started", &self.started).field("over", &self.over).finish_non_exhaustive()
    }
}

type ErrorOf<U> = <FirstSuccess as Decide<<U as IntoFuture>::Output>>::Error;

/// A race over an iterator, with this many slots.
pub fn race_over<I, M, U, S>(items: I, make: M, slots: S) -> RaceOver<I::IntoIter, M, S, AtOnce, ErrorOf<U>>
where
    I: IntoIterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    FirstSuccess: Decide<U::Output>,
{
    RaceOver {
        slots,
        items: Some(items.into_iter().peekable()),
        make: Some(make),
        entries: Vec::new(),
        started: 0,
        origin: None,
        over: false,
        engine: Engine::new(AtOnce, Duration::ZERO, None),
        timer: Timer::new(),
    }
}

impl<I: Iterator, M, S, G: Gaps, E> RaceOver<I, M, S, G, E> {
    /// Starts the branches one after the other, with these gaps between them. A failure starts the next branch at once.
    ///
    /// # Panics
    ///
    /// After the first poll.
    pub fn stagger<H: Gaps>(self, gaps: H) -> RaceOver<I, M, S, H, E> {
        assert!(self.origin.is_none(), "options of a race are set before it is polled");
        let Self { slots, items, make, entries, started, origin, over, engine, timer } = self;
        let engine = Engine::new(gaps, engine.min_gap, engine.deadline);
        RaceOver { slots, items, make, entries, started, origin, over, engine, timer }
    }

    /// The least time between two starts where the later one is due because a branch failed.
    pub fn min_gap(mut self, gap: Duration) -> Self {
        self.engine.min_gap = gap;
        self
    }
}

type SuccessOf<U> = <FirstSuccess as Decide<<U as IntoFuture>::Output>>::Success;

impl<I, M, U, S, G, E> Future for RaceOver<I, M, S, G, E>
where
    I: Iterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    G: Gaps,
    FirstSuccess: Decide<U::Output, Error = E>,
{
    type Output = Result<SuccessOf<U>, RaceErrors<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.over, "a race was polled after it was over: it had returned, or a branch of it had panicked");
        *self.as_mut().project().over = true;
        let won = match self.as_mut().turn(cx) {
            Poll::Pending => {
                *self.project().over = false;
                return Poll::Pending;
            }
            Poll::Ready(won) => won,
        };
        let mut this = self.project();
        while let Some(index) = this.slots.next(None) {
            this.slots.as_mut().remove(index);
        }
        (*this.items, *this.make) = (None, None);
        this.timer.set(Timer::new());
        let mut entries = std::mem::take(this.entries);
        Poll::Ready(won.ok_or_else(|| {
            entries.sort_by_key(|entry| entry.index);
            RaceErrors { entries }
        }))
    }
}

impl<I, M, U, S, G, E> RaceOver<I, M, S, G, E>
where
    I: Iterator,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    G: Gaps,
    FirstSuccess: Decide<U::Output, Error = E>,
{
    /// The winner's success; `None` where all have failed.
    fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<SuccessOf<U>>> {
        if self.origin.is_none() {
            let now = Instant::now();
            let this = self.as_mut().project();
            *this.origin = Some(now);
            let first = this.items.as_mut().is_some_and(|items| items.peek().is_some());
            this.engine.begin(now, first.then_some(Wait::None));
        } else {
            let mut last = None;
            while let Some(index) = self.slots.next(last) {
                last = Some(index);
                if let Some(won) = self.as_mut().look(index, cx) {
                    return Poll::Ready(Some(won));
                }
            }
        }
        loop {
            let wait = self.as_mut().wait();
            let this = self.as_mut().project();
            if wait.is_none() && this.slots.next(None).is_none() {
                return Poll::Ready(None);
            }
            if wait.is_some() {
                this.engine.resume();
            }
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            let now = Instant::now();
            if this.engine.on_timer(now) != Decision::Start {
                ready!(this.timer.poll_until(due, cx));
                continue;
            }
            let (Some(make), Some(item)) = (this.make.as_mut(), this.items.as_mut().and_then(Iterator::next)) else {
                return Poll::Pending;
            };
            let (index, future) = (*this.started, make(item).into_future());
            *this.started += 1;
            let put = this.slots.put(index, now, future);
            debug_assert!(put.is_ok(), "a branch starts only where there is a slot");
            let wait = self.as_mut().wait();
            self.as_mut().project().engine.started(now, wait);
            if let Some(won) = self.as_mut().look(index, cx) {
                return Poll::Ready(Some(won));
            }
        }
    }

    /// What the next item waits for, where there is one and a slot for it.
    fn wait(self: Pin<&mut Self>) -> Option<Wait> {
        let this = self.project();
        let more = !this.slots.is_full() && this.items.as_mut().is_some_and(|items| items.peek().is_some());
        more.then_some(if G::STAGGERED { Wait::Scheduled } else { Wait::None })
    }

    fn look(self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Option<SuccessOf<U>> {
        let mut this = self.project();
        let Poll::Ready((start, outcome)) = this.slots.as_mut().poll(index, cx) else { return None };
        match FirstSuccess::decide(outcome) {
            Ok(won) => Some(won),
            Err(error) => {
                let end = Instant::now();
                let times = Times { origin: this.origin.unwrap_or(end), start, end: Some(end) };
                this.entries.push(Entry { index, error, times });
                this.engine.on_failed(end);
                None
            }
        }
    }
}
