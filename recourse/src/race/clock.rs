//! When branches start: all at the first poll, or when the engine says so.

use super::ending::Rules;
use super::engine::{Decision, Engine, Wait};
use super::entries::Times;
use super::gaps::Gaps;
use super::list::{Branches, Seen};
use super::mark::Since;
use super::order::{Order, pass};
use super::slot::End;
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// When branches start.
pub trait When<B: Branches> {
    /// The winner's success; `None` where the race is lost.
    fn poll<R: Rules>(self: Pin<&mut Self>, branches: Pin<&mut B>, cx: &mut Context<'_>) -> Poll<Option<B::Success>>;
    /// True after the first poll.
    fn begun(&self, branches: &B) -> bool;
    /// Drops the timer.
    fn clear(self: Pin<&mut Self>);
    /// When this branch started and ended, in a race that was lost at this moment.
    fn times(&self, branch: usize, end: End, lost: Instant) -> Times;
}

/// All branches start at the first poll.
#[derive(Debug)]
pub struct Plain<O>(pub(super) O);

impl<B: Branches, O: Order + Unpin> When<B> for Plain<O> {
    #[inline]
    fn poll<R: Rules>(
        mut self: Pin<&mut Self>,
        mut branches: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let mut seen = Seen::default();
        if let Some(won) = pass::<R, B, O>(&mut self.0, branches.as_mut(), Some(Since::UNKNOWN), &mut seen, cx) {
            return Poll::Ready(Some(won));
        }
        if !seen.running {
            return Poll::Ready(None);
        }
        // Time zero is read late, so that a race that is decided at once does not read the clock.
        if R::TIMED && seen.started {
            branches.mark(Instant::now());
        }
        Poll::Pending
    }

    fn begun(&self, branches: &B) -> bool {
        branches.begun()
    }

    #[inline]
    fn clear(self: Pin<&mut Self>) {}

    fn times(&self, _: usize, end: End, _: Instant) -> Times {
        // Counted from whenever that was.
        let origin = Instant::from_nanos(0);
        let end = match end {
            End::After(took) => origin.saturating_add(took),
            End::AtLast => unreachable!("without a deadline a race is lost when all branches have ended"),
        };
        Times { origin, start: Some(origin), end: Some(end) }
    }
}

pin_project! {
    /// The engine says when the next branch starts, and when the race is over; one timer for both.
    pub struct Timed<G, S, O> {
        pub(super) engine: Engine<G>,
        // Time zero, once it was looked at.
        origin: Option<Instant>,
        pub(super) starts: S,
        pub(super) order: O,
        #[pin]
        timer: Timer,
    }
}

impl<G: Gaps, S, O> Timed<G, S, O> {
    pub(super) const fn new(engine: Engine<G>, starts: S, order: O) -> Self {
        Self { engine, origin: None, starts, order, timer: Timer::new() }
    }
}

impl<G, S, O> fmt::Debug for Timed<G, S, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").field("timer", &self.timer).finish_non_exhaustive()
    }
}

/// The branch that starts next, and what it waits for. Without a stagger those with a gap of their own come last.
fn next<G: Gaps, B: Branches>(branches: &B) -> Option<(usize, Wait)> {
    let (plain, own) = (branches.waiting(false), branches.waiting(true));
    let (index, gap) = match (plain, own) {
        (Some(plain), Some(own)) if G::STAGGERED && own.0 < plain.0 => own,
        (plain, own) => plain.or(own)?,
    };
    Some((index, gap.map_or(if G::STAGGERED { Wait::Scheduled } else { Wait::None }, Wait::Own)))
}

impl<B, G, S, O> When<B> for Timed<G, S, O>
where
    B: Branches,
    G: Gaps,
    S: AsMut<[Option<Instant>]> + AsRef<[Option<Instant>]>,
    O: Order,
{
    fn poll<R: Rules>(
        self: Pin<&mut Self>,
        mut branches: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let mut this = self.project();
        let engine = this.engine;
        let wait = |branches: &B| next::<G, B>(branches).map(|(_, wait)| wait);
        // A moment that was read just now, and need not be read again.
        let mut read = None;
        if this.origin.is_none() {
            let now = Instant::now();
            (*this.origin, read) = (Some(now), Some(now));
            engine.begin(now, wait(&branches));
        } else {
            let mut seen = Seen::default();
            if let Some(won) = pass::<R, B, O>(this.order, branches.as_mut(), None, &mut seen, cx) {
                return Poll::Ready(Some(won));
            }
            if seen.failed {
                engine.on_failed(*read.insert(Instant::now()));
            }
        }
        loop {
            if !branches.alive() {
                return Poll::Ready(None);
            }
            // Without a deadline and with all branches started there is nothing to wait for but the branches.
            let Some(due) = engine.next_due() else { return Poll::Pending };
            let now = read.take().unwrap_or_else(Instant::now);
            match engine.on_timer(now) {
                Decision::Expired => return Poll::Ready(None),
                Decision::Wait => {
                    if this.timer.as_mut().poll_until(due, cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Decision::Start => {
                    let Some((index, _)) = next::<G, B>(&branches) else { return Poll::Pending };
                    if let Some(start) = this.starts.as_mut().get_mut(index) {
                        *start = Some(now);
                    }
                    let mut seen = Seen::default();
                    let start = Some(Since::at(now));
                    if let Some(won) = branches.as_mut().look::<R>(|at| at == index, start, &mut seen, cx) {
                        return Poll::Ready(Some(won));
                    }
                    engine.started(now, wait(&branches));
                    if seen.failed {
                        engine.on_failed(*read.insert(Instant::now()));
                    }
                }
            }
        }
    }

    fn begun(&self, _: &B) -> bool {
        self.origin.is_some()
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }

    fn times(&self, branch: usize, end: End, lost: Instant) -> Times {
        let start = self.starts.as_ref().get(branch).copied().flatten();
        let end = match end {
            End::After(took) => start.map(|start| start.saturating_add(took)),
            End::AtLast => Some(lost),
        };
        Times { origin: self.origin.unwrap_or(lost), start, end }
    }
}
