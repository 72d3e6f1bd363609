//! When branches start: all at the first poll, or when the engine says so.

use super::branch::Stage;
use super::engine::{Decision, Engine, Wait};
use super::gaps::Gaps;
use super::list::Branches;
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a race has to remember beside its branches.
#[derive(Debug)]
pub struct Core {
    /// Time zero, once it was looked at.
    pub(super) origin: Option<Instant>,
    pub(super) begun: bool,
    /// Branches that may still win.
    alive: u8,
    /// The branch that is polled first in this pass.
    turn: u8,
    pub(super) fair: bool,
    pub(super) over: bool,
}

impl Core {
    pub(super) const NEW: Self = Self { origin: None, begun: false, alive: 0, turn: 0, fair: false, over: false };

    /// True at the first poll.
    #[inline]
    fn begins<B: Branches>(&mut self, branches: &B) -> bool {
        if self.begun {
            return false;
        }
        self.begun = true;
        self.alive = count(branches.alive());
        true
    }

    /// Looks at all branches once.
    #[inline]
    fn pass<const CAUGHT: bool, B: Branches>(
        &mut self,
        mut branches: Pin<&mut B>,
        start: bool,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        let mut failed = 0;
        let turn = usize::from(self.turn);
        let won = if turn == 0 {
            branches.look::<CAUGHT>(|_| true, start, &mut failed, cx)
        } else {
            let first = branches.as_mut().look::<CAUGHT>(|at| at >= turn, start, &mut failed, cx);
            first.or_else(|| branches.look::<CAUGHT>(|at| at < turn, start, &mut failed, cx))
        };
        if self.fair {
            self.turn = count((turn + 1) % B::COUNT.max(1));
        }
        self.alive -= count(failed);
        won
    }
}

/// A race has at most 16 branches.
fn count(branches: usize) -> u8 {
    u8::try_from(branches).unwrap_or(u8::MAX)
}

/// When branches start.
pub trait When<B: Branches> {
    /// The winner's success; `None` where the race is lost.
    fn poll<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        branches: Pin<&mut B>,
        core: &mut Core,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>>;
    /// Drops the timer.
    fn clear(self: Pin<&mut Self>);
    /// When this branch started, where that is not time zero.
    fn start(&self, branch: usize) -> Option<Instant>;
}

/// All branches start at the first poll.
#[derive(Debug)]
pub struct Plain;

impl<B: Branches> When<B> for Plain {
    #[inline]
    fn poll<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        branches: Pin<&mut B>,
        core: &mut Core,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let begins = core.begins(&*branches);
        if let Some(won) = core.pass::<CAUGHT, B>(branches, begins, cx) {
            return Poll::Ready(Some(won));
        }
        // Read late, so that a race that is decided at once does not read the clock.
        core.origin.get_or_insert_with(Instant::now);
        if core.alive == 0 { Poll::Ready(None) } else { Poll::Pending }
    }

    #[inline]
    fn clear(self: Pin<&mut Self>) {}

    fn start(&self, _: usize) -> Option<Instant> {
        None
    }
}

pin_project! {
    /// The engine says when the next branch starts, and when the race is over; one timer for both.
    pub struct Timed<G, S> {
        pub(super) engine: Engine<G>,
        pub(super) starts: S,
        #[pin]
        timer: Timer,
    }
}

impl<G: Gaps, S> Timed<G, S> {
    pub(super) const fn new(engine: Engine<G>, starts: S) -> Self {
        Self { engine, starts, timer: Timer::new() }
    }
}

impl<G, S> fmt::Debug for Timed<G, S> {
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

impl<B, G, S> When<B> for Timed<G, S>
where
    B: Branches,
    G: Gaps,
    S: AsMut<[Option<Instant>]> + AsRef<[Option<Instant>]>,
{
    fn poll<const CAUGHT: bool>(
        self: Pin<&mut Self>,
        mut branches: Pin<&mut B>,
        core: &mut Core,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let mut this = self.project();
        let engine = this.engine;
        let wait = |branches: &B| next::<G, B>(branches).map(|(_, wait)| wait);
        let mut zero = None;
        if core.begins(&*branches) {
            let now = Instant::now();
            (core.origin, zero) = (Some(now), Some(now));
            engine.begin(now, wait(&branches));
        } else {
            let alive = core.alive;
            if let Some(won) = core.pass::<CAUGHT, B>(branches.as_mut(), false, cx) {
                return Poll::Ready(Some(won));
            }
            if core.alive < alive {
                engine.on_failed(Instant::now());
            }
        }
        loop {
            if core.alive == 0 {
                return Poll::Ready(None);
            }
            // Without a deadline and with all branches started there is nothing to wait for but the branches.
            let Some(due) = engine.next_due() else { return Poll::Pending };
            // The first start is at time zero, which was read just now.
            let now = zero.take().unwrap_or_else(Instant::now);
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
                    let mut failed = 0;
                    if let Some(won) = branches.as_mut().look::<CAUGHT>(|at| at == index, true, &mut failed, cx) {
                        return Poll::Ready(Some(won));
                    }
                    engine.started(now, wait(&branches));
                    if failed > 0 {
                        core.alive -= count(failed);
                        engine.on_failed(Instant::now());
                    }
                }
            }
        }
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }

    fn start(&self, branch: usize) -> Option<Instant> {
        self.starts.as_ref().get(branch).copied().flatten()
    }
}

/// Drops what runs, then what was never started, then the timer.
#[inline]
pub(super) fn drop_all<B: Branches, W: When<B>>(mut branches: Pin<&mut B>, when: Pin<&mut W>, end: Option<Instant>) {
    branches.as_mut().drop_at(Stage::Running, end);
    branches.drop_at(Stage::Waiting, None);
    when.clear();
}
