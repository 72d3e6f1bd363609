//! One poll of a race over an iterator: the branches that run are polled, then due items start, then the timer is armed.

use super::future::{Progress, RaceOver};
use super::slots::Slots;
use super::source::Source;
use crate::race::branch::Decide;
use crate::race::error::{BranchError, Ending, Entry, RaceErrors, Times};
use crate::race::schedule::{Decision, Gaps, Wait};
use crate::time::{Instant, Timer};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The starts in one poll after which the race yields. Items that fail at once would keep a worker for themselves otherwise.
const STARTS_PER_POLL: u32 = 64;

/// How a race ended.
enum RaceEnd<T> {
    Won(T),
    AllFailed,
    Expired,
}

type SuccessOf<D, U> = <D as Decide<<U as IntoFuture>::Output>>::Success;

impl<I, M, U, S, G, E, D, X> Future for RaceOver<I, M, S, G, E, D, X>
where
    I: Source,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    G: Gaps,
    D: Decide<U::Output, Error = E> + Copy,
    X: Ending,
{
    type Output = Result<SuccessOf<D, U>, RaceErrors<X::Entry<E>, X::Kind>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        const OVER: &str = "a race was polled after it was over: it had returned, or a branch of it had panicked";
        // Set before anything else runs, so that a race that a panic leaves counts as over.
        assert!(!std::mem::replace(&mut self.as_mut().project().progress.over, true), "{OVER}");
        let Poll::Ready(end) = self.as_mut().poll_end(cx) else {
            self.project().progress.over = false;
            return Poll::Pending;
        };
        // Everything is dropped before the race returns: branches that run, in the order of their starts, then the items.
        let mut this = self.as_mut().project();
        // Only branches that the deadline cancels have an entry, and so a time, from here.
        let now = if matches!(end, RaceEnd::Expired) { Some(Instant::now()) } else { None };
        while let Some(index) = this.slots.next(None) {
            if let Some(now) = now {
                let times = this.progress.times(this.slots.start(index), now);
                this.entries.push(Entry { index, error: BranchError::Cancelled, times });
            }
            this.slots.as_mut().remove(index);
        }
        this.items.set(None);
        *this.make = None;
        this.timer.set(Timer::new());
        let entries = std::mem::take(this.entries);
        Poll::Ready(match end {
            RaceEnd::Won(success) => Ok(success),
            RaceEnd::AllFailed | RaceEnd::Expired => {
                // If every branch must have failed, an entry of the error is the branch's own error.
                let entry = |Entry { index, error, times }| Entry { index, error: X::entry(error), times };
                let entries = entries.into_iter().map(entry).collect();
                Err(RaceErrors::new(entries, matches!(end, RaceEnd::Expired)))
            }
        })
    }
}

impl Progress {
    fn times(&self, start: Option<Instant>, end: Instant) -> Times {
        Times { origin: self.origin.unwrap_or(end), start, end: Some(end) }
    }
}

impl<I, M, U, S, G, E, D, X> RaceOver<I, M, S, G, E, D, X>
where
    I: Source,
    M: FnMut(I::Item) -> U,
    U: IntoFuture,
    S: Slots<U::IntoFuture>,
    G: Gaps,
    D: Decide<U::Output, Error = E> + Copy,
    X: Ending,
{
    const WAIT: Wait = if G::STAGGERED { Wait::Scheduled } else { Wait::None };

    fn poll_end(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<RaceEnd<SuccessOf<D, U>>> {
        // A reading of the clock that the loop below may use instead of another one.
        let (mut fresh, mut starts) = (None, 0);
        self.as_mut().project().slots.begin_pass(cx);
        if self.progress.origin.is_none() {
            let now = *fresh.insert(Instant::now());
            let this = self.as_mut().project();
            this.progress.origin = Some(now);
            this.engine.begin(now, None);
            // Before the source is asked: whatever it does would be done in vain.
            if this.engine.on_timer(now) == Decision::Expired {
                return Poll::Ready(RaceEnd::Expired);
            }
        } else if let Some(success) = ready!(self.as_mut().poll_running(cx)) {
            return Poll::Ready(RaceEnd::Won(success));
        }
        loop {
            let more = self.as_mut().poll_more(cx);
            let this = self.as_mut().project();
            if more == Poll::Ready(true) && this.engine.is_idle() {
                this.engine.resume(*fresh.get_or_insert_with(Instant::now), Self::WAIT);
            }
            if more == Poll::Ready(false) && this.slots.next(None).is_none() {
                return Poll::Ready(RaceEnd::AllFailed);
            }
            // Without a deadline, and with no item to start, only a branch or the source can wake the race.
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            let now = fresh.take().unwrap_or_else(Instant::now);
            match this.engine.on_timer(now) {
                Decision::Expired => return Poll::Ready(RaceEnd::Expired),
                Decision::Wait => ready!(this.timer.poll_until(due, cx)),
                Decision::Start if starts == STARTS_PER_POLL => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Decision::Start => {
                    starts += 1;
                    if let Some(success) = self.as_mut().start_next(now, cx) {
                        return Poll::Ready(RaceEnd::Won(success));
                    }
                }
            }
        }
    }

    /// Returns whether there is a next item and a slot for it.
    fn poll_more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut this = self.project();
        let Some(items) = this.items.as_mut().as_pin_mut() else { return Poll::Ready(false) };
        // The source is polled even without a free slot: its own futures go on only when it is polled.
        let more = items.poll_more(cx);
        if this.slots.is_full() { Poll::Ready(false) } else { more }
    }

    /// Polls once each branch that is due in this pass, until one wins. Pending if the pass is broken off.
    fn poll_running(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<SuccessOf<D, U>>> {
        let last_first = self.progress.first_polled.filter(|_| self.progress.fair);
        let first = self.slots.next_due(last_first).or_else(|| self.slots.next_due(None));
        self.as_mut().project().progress.first_polled = first;
        // In two rounds: from the first branch of this pass to the last one, and then those in front of the first.
        let mut next = first;
        for end in [None, first] {
            while let Some(index) = next.filter(|index| end.is_none_or(|end| *index < end)) {
                if let Some(success) = self.as_mut().poll_branch(index, cx) {
                    return Poll::Ready(Some(success));
                }
                if self.slots.breaks_off(cx) {
                    return Poll::Pending;
                }
                next = self.slots.next_due(Some(index));
            }
            next = self.slots.next_due(None);
        }
        Poll::Ready(None)
    }

    /// Starts the next item, and polls its branch.
    fn start_next(mut self: Pin<&mut Self>, now: Instant, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let mut this = self.as_mut().project();
        let (make, items) = (this.make.as_mut()?, this.items.as_mut().as_pin_mut()?);
        let item = items.take()?;
        let index = this.progress.started;
        this.progress.started += 1;
        let made = run::<X, _>(|| make(item).into_future()).map(|future| this.slots.put(index, now, future));
        // The start is told before any failure of this item, which then makes the next item due.
        let next = (self.as_mut().poll_more(cx) == Poll::Ready(true)).then_some(Self::WAIT);
        self.as_mut().project().engine.started(now, next);
        if made.is_none() {
            self.as_mut().record_failure(index, now, BranchError::Panicked);
        }
        self.poll_branch(index, cx)
    }

    /// Polls the branch of an item, if it runs.
    fn poll_branch(mut self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let mut this = self.as_mut().project();
        let start = this.slots.start(index)?;
        let decider = *this.decider;
        let polled = run::<X, _>(|| this.slots.as_mut().poll(index, cx).map(|output| decider.decide(output)));
        let error = match polled {
            Some(Poll::Pending) => return None,
            Some(Poll::Ready(Ok(success))) => return Some(success),
            Some(Poll::Ready(Err(error))) => BranchError::Failed(error),
            None => {
                this.slots.as_mut().remove(index);
                BranchError::Panicked
            }
        };
        self.record_failure(index, start, error);
        None
    }

    fn record_failure(self: Pin<&mut Self>, index: usize, start: Instant, error: BranchError<E>) {
        let (this, end) = (self.project(), Instant::now());
        this.entries.push(Entry { index, error, times: this.progress.times(Some(start), end) });
        this.engine.on_failed(end);
    }
}

/// Runs user code. Returns `None` if it panicked and the race catches panics.
fn run<X: Ending, T>(code: impl FnOnce() -> T) -> Option<T> {
    // A branch that panicked is never polled again. What it left half done is seen only through what it borrows.
    if X::CATCHES_PANICS { catch_unwind(AssertUnwindSafe(code)).ok() } else { Some(code()) }
}
