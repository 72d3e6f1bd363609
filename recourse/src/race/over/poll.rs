//! One poll of a race over an iterator: the branches that run are polled, then due items start, then the timer is armed.

use super::future::{Progress, RaceOver};
use super::slots::Slots;
use super::source::Source;
use crate::context;
use crate::race::branch::Decide;
use crate::race::error::{BranchError, Ending, Entry, RaceErrors, Times};
use crate::race::misuse::POLLED_AFTER_END;
use crate::race::schedule::{Decision, Engine, Gaps, Wait};
use crate::time::{Instant, Timer, with_budget};
use std::future::Future;
use std::mem::{forget, replace, take};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The number of starts in one poll after which the race yields, so that items that fail at once do not keep a worker for themselves.
const STARTS_PER_POLL: u32 = 64;

/// How a race ended.
enum RaceEnd<T> {
    Won(T),
    Exhausted,
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

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut guard = PollGuard { race: self, clear: Self::clear };
        // Set before anything else runs, so that a race that a panic leaves counts as finished.
        assert!(!replace(&mut guard.race.as_mut().project().progress.finished, true), "{POLLED_AFTER_END}");
        let Poll::Ready(end) = guard.race.as_mut().poll_end(cx) else {
            guard.race.as_mut().project().progress.finished = false;
            forget(guard);
            return Poll::Pending;
        };
        // Branches cancelled by the deadline get an entry, which needs the time.
        let now = if matches!(end, RaceEnd::Expired) { Some(Instant::now()) } else { None };
        guard.race.as_mut().drop_all(now);
        let entries = take(guard.race.as_mut().project().entries);
        // Nothing has unwound, and nothing is left to drop.
        forget(guard);
        Poll::Ready(match end {
            RaceEnd::Won(success) => {
                context::forgive();
                Ok(success)
            }
            RaceEnd::Exhausted | RaceEnd::Expired => {
                // If every branch must have failed, an entry of the error is the branch's own error.
                let entry = |Entry { index, error, times }| Entry { index, error: X::entry(error), times };
                let entries = entries.into_iter().map(entry).collect();
                Err(RaceErrors::new(entries, matches!(end, RaceEnd::Expired)))
            }
        })
    }
}

/// A race that is being polled. If that poll unwinds, dropping the guard drops all that the race holds.
struct PollGuard<'a, R> {
    race: Pin<&'a mut R>,
    // A function, because an impl of `Drop` would have to name the bounds of the race.
    clear: fn(Pin<&mut R>),
}

impl<R> Drop for PollGuard<'_, R> {
    #[cold]
    fn drop(&mut self) {
        (self.clear)(self.race.as_mut());
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
    /// Returns what the next item waits for.
    fn wait(&self) -> Wait {
        if G::STAGGERED {
            Wait::Scheduled
        } else if self.progress.started < self.slots.count() {
            // It has a slot that no other item has had, so it would start now if none had failed.
            Wait::Nothing
        } else {
            Wait::MinGap
        }
    }

    /// Drops the branches that run, in the order of their starts, then the items. If the branches are cancelled, each gets an entry
    /// with `cancelled_at` as its end.
    fn drop_all(self: Pin<&mut Self>, cancelled_at: Option<Instant>) {
        let mut this = self.project();
        while let Some(index) = this.slots.next(None) {
            if let Some(now) = cancelled_at {
                let times = this.progress.times(this.slots.start(index), now);
                this.entries.push(Entry { index, error: BranchError::Cancelled, times });
            }
            this.slots.as_mut().remove(index);
        }
        this.items.set(None);
        *this.make = None;
        this.timer.set(Timer::new());
    }

    /// Drops all that the race holds, its errors, too.
    fn clear(mut self: Pin<&mut Self>) {
        self.as_mut().drop_all(None);
        *self.project().entries = Vec::new();
    }

    fn poll_end(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<RaceEnd<SuccessOf<D, U>>> {
        // A reading of the clock that the loop below may use instead of another one.
        let (mut reading, mut starts, mut polled_at_deadline) = (None, 0, false);
        self.as_mut().project().slots.begin_pass(cx);
        if self.progress.origin.is_none() {
            let now = *reading.insert(Instant::now());
            let this = self.as_mut().project();
            this.progress.origin = Some(now);
            this.engine.begin(now, None);
            this.engine.limit(context::limits().deadline(|| now));
            // Before the source is asked: whatever it does would be done in vain.
            if this.engine.on_timer(now) == Decision::Expired {
                Engine::<G>::tell_expired();
                return Poll::Ready(RaceEnd::Expired);
            }
        }
        let _entered = self.engine.enter();
        // In the first poll nothing runs.
        let won = if reading.is_some() { None } else { ready!(self.as_mut().poll_running(cx)) };
        if let Some(success) = won {
            return Poll::Ready(RaceEnd::Won(success));
        }
        loop {
            let more = self.as_mut().poll_more(cx);
            let wait = self.wait();
            let this = self.as_mut().project();
            if more == Poll::Ready(true) && this.engine.is_idle() {
                this.engine.resume(*reading.get_or_insert_with(Instant::now), wait);
            }
            if more == Poll::Ready(false) && this.slots.next(None).is_none() {
                return Poll::Ready(RaceEnd::Exhausted);
            }
            // Without a deadline, and with no item to start, only a branch or the source can wake the race.
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            let now = reading.take().unwrap_or_else(Instant::now);
            match this.engine.on_timer(now) {
                Decision::Expired if polled_at_deadline => {
                    Engine::<G>::tell_expired();
                    return Poll::Ready(RaceEnd::Expired);
                }
                Decision::Expired => {
                    polled_at_deadline = true;
                    if let Poll::Ready(success) = self.as_mut().poll_at_deadline(cx) {
                        return Poll::Ready(RaceEnd::Won(success));
                    }
                }
                Decision::Wait => ready!(this.timer.poll_until(due, &"a race", cx)),
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

    /// Polls each branch that is due in this pass once, until one wins. Pending if the pass is broken off.
    fn poll_running(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<SuccessOf<D, U>>> {
        let last_first = self.progress.first_polled.filter(|_| self.progress.fair);
        let first = self.slots.next_due(last_first).or_else(|| self.slots.next_due(None));
        self.as_mut().project().progress.first_polled = first;
        // From the first branch of this pass to the last one, and then those before the first.
        let mut next = first;
        while let Some(index) = next {
            if let Some(success) = self.as_mut().poll_branch(index, cx) {
                return Poll::Ready(Some(success));
            }
            if self.slots.breaks_off(cx) {
                return Poll::Pending;
            }
            next = self.slots.next_due(Some(index));
        }
        next = self.slots.next_due(None);
        while let Some(index) = next.filter(|index| Some(*index) < first) {
            if let Some(success) = self.as_mut().poll_branch(index, cx) {
                return Poll::Ready(Some(success));
            }
            if self.slots.breaks_off(cx) {
                return Poll::Pending;
            }
            next = self.slots.next_due(Some(index));
        }
        Poll::Ready(None)
    }

    /// Polls the branches that run once more, before the deadline ends the race: since they were polled in this poll, another
    /// branch may have taken all the time that was left. Without budget none of them could have been ready.
    #[cold]
    fn poll_at_deadline(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<SuccessOf<D, U>> {
        // Branches that were pending for want of budget have woken themselves, and are due in another pass.
        self.as_mut().project().slots.begin_pass(cx);
        let won = |polled| if let Poll::Ready(Some(success)) = polled { Poll::Ready(success) } else { Poll::Pending };
        with_budget(|cx| won(self.as_mut().poll_running(cx)), cx)
    }

    /// Starts the next item, and polls its branch.
    fn start_next(mut self: Pin<&mut Self>, now: Instant, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let mut this = self.as_mut().project();
        let item = this.items.as_mut().as_pin_mut().and_then(Source::take);
        let (Some(make), Some(item)) = (this.make.as_mut(), item) else {
            unreachable!("a start is planned only when the source has an item")
        };
        let index = this.progress.started;
        this.progress.started += 1;
        let made = run::<X, _>(|| make(item).into_future()).map(|future| this.slots.put(index, now, future));
        // `started` is called before `on_failed`, so that a failure of this item makes the next start due.
        let next = (self.as_mut().poll_more(cx) == Poll::Ready(true)).then(|| self.wait());
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
    // A branch that panicked is never polled again. What it left half done can be seen only in what it borrows.
    if X::CATCHES_PANICS { catch_unwind(AssertUnwindSafe(code)).ok() } else { Some(code()) }
}
