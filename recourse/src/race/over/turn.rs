//! One poll of a race over an iterator: what runs is looked at, then what is due starts, then the timer is armed.

use super::lost::Shown;
use super::{Entry, RaceErrors, RaceOver, Run, Slots, Source};
use crate::race::decide::Decide;
use crate::race::engine::{Decision, Wait};
use crate::race::entries::Times;
use crate::race::fate::Fate;
use crate::race::gaps::Gaps;
use crate::time::{Instant, Timer};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// After so many starts in one poll others get their turn, should all of them fail at once.
const STARTS_PER_POLL: u32 = 64;

/// How a race ended.
enum End<T> {
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
    D: Decide<U::Output, Error = E>,
    X: Shown,
{
    type Output = Result<SuccessOf<D, U>, RaceErrors<X::Of<E>, X::Kind>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        const OVER: &str = "a race was polled after it was over: it had returned, or a branch of it had panicked";
        assert!(!std::mem::replace(&mut self.as_mut().project().run.over, true), "{OVER}");
        let Poll::Ready(end) = self.as_mut().turn(cx) else {
            self.project().run.over = false;
            return Poll::Pending;
        };
        let mut this = self.as_mut().project();
        let now = if matches!(end, End::Expired) { Some(Instant::now()) } else { None };
        while let Some(index) = this.slots.next(None) {
            if let Some(now) = now {
                let times = this.run.times(this.slots.start(index), now);
                this.entries.push(Entry { index, error: Fate::Cancelled, times });
            }
            this.slots.as_mut().remove(index);
        }
        this.items.set(None);
        *this.make = None;
        this.timer.set(Timer::new());
        Poll::Ready(match end {
            End::Won(won) => {
                this.entries.clear();
                Ok(won)
            }
            End::AllFailed | End::Expired => {
                let shown =
                    |entry: Entry<Fate<E>>| Entry { index: entry.index, error: X::of(entry.error), times: entry.times };
                let entries = std::mem::take(this.entries).into_iter().map(shown).collect();
                Err(RaceErrors::new(entries, matches!(end, End::Expired)))
            }
        })
    }
}

impl Run {
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
    D: Decide<U::Output, Error = E>,
    X: Shown,
{
    const NEXT: Wait = if G::STAGGERED { Wait::Scheduled } else { Wait::None };

    fn turn(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<End<SuccessOf<D, U>>> {
        let (mut zero, mut starts) = (None, 0);
        if self.run.origin.is_none() {
            let now = *zero.insert(Instant::now());
            let this = self.as_mut().project();
            this.run.origin = Some(now);
            this.engine.begin(now, None);
        } else if let Some(won) = self.as_mut().pass(cx) {
            return Poll::Ready(End::Won(won));
        }
        loop {
            let more = self.as_mut().more(cx);
            let this = self.as_mut().project();
            if more == Poll::Ready(true) && this.engine.is_idle() {
                this.engine.resume(*zero.get_or_insert_with(Instant::now), Self::NEXT);
            }
            if more == Poll::Ready(false) && this.slots.next(None).is_none() {
                return Poll::Ready(End::AllFailed);
            }
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            let now = zero.take().unwrap_or_else(Instant::now);
            match this.engine.on_timer(now) {
                Decision::Expired => return Poll::Ready(End::Expired),
                Decision::Wait => ready!(this.timer.poll_until(due, cx)),
                Decision::Start if starts == STARTS_PER_POLL => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Decision::Start => {
                    starts += 1;
                    if let Some(won) = self.as_mut().start(now, cx) {
                        return Poll::Ready(End::Won(won));
                    }
                }
            }
        }
    }

    /// Whether there is a next item, and a slot for it. The source is asked in any case: it may have to be, to go on.
    fn more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut this = self.project();
        let Some(items) = this.items.as_mut().as_pin_mut() else { return Poll::Ready(false) };
        let more = items.poll_more(cx);
        if this.slots.is_full() { Poll::Ready(false) } else { more }
    }

    /// Looks at what runs, once.
    fn pass(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let turn = self.run.turn.filter(|_| self.run.fair);
        let first = self.slots.next(turn).or_else(|| self.slots.next(None));
        self.as_mut().project().run.turn = first;
        // From the first one to the last, and then those before the first.
        let mut at = first;
        for until in [None, first] {
            while let Some(index) = at.filter(|at| until.is_none_or(|until| *at < until)) {
                if let Some(won) = self.as_mut().look(index, cx) {
                    return Some(won);
                }
                at = self.slots.next(Some(index));
            }
            at = self.slots.next(None);
        }
        None
    }

    /// Starts the next item, and looks at it.
    fn start(mut self: Pin<&mut Self>, now: Instant, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let mut this = self.as_mut().project();
        let (make, items) = (this.make.as_mut()?, this.items.as_mut().as_pin_mut()?);
        let item = items.take()?;
        let index = this.run.started;
        this.run.started += 1;
        let made = caught::<X, _>(|| make(item).into_future()).map(|future| this.slots.put(index, now, future));
        let next = (self.as_mut().more(cx) == Poll::Ready(true)).then_some(Self::NEXT);
        self.as_mut().project().engine.started(now, next);
        if made.is_none() {
            self.as_mut().lose(index, now, Fate::Panicked);
        }
        self.look(index, cx)
    }

    /// Looks at one that runs.
    fn look(mut self: Pin<&mut Self>, index: usize, cx: &mut Context<'_>) -> Option<SuccessOf<D, U>> {
        let mut this = self.as_mut().project();
        let start = this.slots.start(index)?;
        let looked = caught::<X, _>(|| this.slots.as_mut().poll(index, cx).map(D::decide));
        let fate = match looked {
            Some(Poll::Pending) => return None,
            Some(Poll::Ready(Ok(won))) => return Some(won),
            Some(Poll::Ready(Err(error))) => Fate::Failed(error),
            None => {
                this.slots.as_mut().remove(index);
                Fate::Panicked
            }
        };
        self.lose(index, start, fate);
        None
    }

    fn lose(self: Pin<&mut Self>, index: usize, start: Instant, error: Fate<E>) {
        let (this, end) = (self.project(), Instant::now());
        this.entries.push(Entry { index, error, times: this.run.times(Some(start), end) });
        this.engine.on_failed(end);
    }
}

/// What `run` gives; `None` where it panicked and panics are caught.
///
/// What panicked is never looked at again, so what it left half done is seen by nobody but what it borrows.
fn caught<X: Shown, T>(run: impl FnOnce() -> T) -> Option<T> {
    if X::CAUGHT { catch_unwind(AssertUnwindSafe(run)).ok() } else { Some(run()) }
}
