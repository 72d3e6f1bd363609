//! When the second side of two is asked.

use crate::race::{Decision, Engine, Gaps, Wait};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// When the second side of `&` is asked: [`Unstaggered`], or [`Staggered`].
pub trait Timing: private::Timing {}

impl<T: private::Timing> Timing for T {}

/// The turn of a side that waits.
pub(super) mod private {
    use super::{Context, Pin, Poll};

    /// In the layer and in the service.
    pub trait Timing {
        /// Both sides are asked at once: none ever waits.
        const AT_ONCE: bool;
        type Turn: Turn;
        fn turn(&self) -> Self::Turn;
    }

    /// In the response.
    pub trait Turn {
        /// Ready when the side that waits is to be asked. `failed`: the other one has failed.
        fn poll_turn(self: Pin<&mut Self>, failed: bool, cx: &mut Context<'_>) -> Poll<()>;
        /// Drops the timer.
        fn clear(self: Pin<&mut Self>) {}
    }
}

pub(super) use private::Turn;

/// Both sides are asked at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unstaggered;

impl private::Timing for Unstaggered {
    const AT_ONCE: bool = true;
    type Turn = Self;

    fn turn(&self) -> Self {
        Self
    }
}

impl Turn for Unstaggered {
    #[inline]
    fn poll_turn(self: Pin<&mut Self>, _: bool, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// The second side is asked after a gap, or at once where the first one fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staggered<G> {
    gaps: G,
}

impl<G> Staggered<G> {
    pub(super) const fn new(gaps: G) -> Self {
        Self { gaps }
    }
}

impl<G: Gaps + Clone> private::Timing for Staggered<G> {
    const AT_ONCE: bool = false;
    type Turn = Gap<G>;

    fn turn(&self) -> Gap<G> {
        Gap { engine: Engine::new(self.gaps.clone(), Duration::ZERO, None), begun: false, timer: Timer::new() }
    }
}

pin_project! {
    /// The engine of races, for two branches.
    pub struct Gap<G> {
        engine: Engine<G>,
        begun: bool,
        #[pin]
        timer: Timer,
    }
}

impl<G> fmt::Debug for Gap<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gap").field("timer", &self.timer).finish_non_exhaustive()
    }
}

impl<G: Gaps> Turn for Gap<G> {
    fn poll_turn(self: Pin<&mut Self>, failed: bool, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let mut now = Instant::now();
        if !*this.begun {
            *this.begun = true;
            this.engine.begin(now, Some(Wait::None));
            this.engine.started(now, Some(Wait::Scheduled));
        }
        if failed {
            this.engine.on_failed(now);
        }
        let mut timer = this.timer;
        loop {
            if this.engine.on_timer(now) == Decision::Start {
                return Poll::Ready(());
            }
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            if timer.as_mut().poll_until(due, cx).is_pending() {
                return Poll::Pending;
            }
            now = Instant::now();
        }
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }
}

/// The second side is asked when the first one has failed.
#[derive(Clone, Copy, Debug)]
pub struct OnFailure;

impl Turn for OnFailure {
    #[inline]
    fn poll_turn(self: Pin<&mut Self>, failed: bool, _: &mut Context<'_>) -> Poll<()> {
        if failed { Poll::Ready(()) } else { Poll::Pending }
    }
}
