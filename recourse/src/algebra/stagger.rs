//! A gap between the starts of the two sides of `&`, on the scheduler of races.
//!
//! # Design notes
//!
//! - **The scheduler of [`race!`](crate::race!) decides**, as if the two sides were its branches. So a stagger means the
//!   same in both places; above all, a failure ends the gap.
//! - **The gap begins after the first poll of the side that goes first**, so that a success in that poll never reads the
//!   clock.

use super::timing::{StartDelay, sealed};
use crate::race::{Decision, Engine, Gaps, Wait};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The second side of `&` starts after a gap, or at once when the first one fails; made by
/// [`stagger`](super::PolicyLayer::stagger).
///
/// `G` is what the gap was given as, for instance a [`Duration`].
///
/// ```
/// use recourse::algebra::{Bare, ByClone, ForkJoinLayer, PolicyLayer, Staggered};
/// use std::time::Duration;
///
/// type HappyEyeballs = PolicyLayer<ForkJoinLayer<Bare, Bare, ByClone, Staggered<Duration>>>;
/// let _: HappyEyeballs = (PolicyLayer::bare() & PolicyLayer::bare()).stagger(Duration::from_millis(250));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staggered<G> {
    gaps: G,
}

impl<G> Staggered<G> {
    pub(super) const fn new(gaps: G) -> Self {
        Self { gaps }
    }
}

impl<G: Gaps + Clone> sealed::Timing for Staggered<G> {
    const AT_ONCE: bool = false;
    type Delay = GapDelay<G>;

    fn delay(&self) -> GapDelay<G> {
        GapDelay { engine: Engine::new(self.gaps.clone(), Duration::ZERO, None), begun: false, timer: Timer::new() }
    }
}

pin_project! {
    /// Waits for the gap of one response.
    pub struct GapDelay<G> {
        engine: Engine<G>,
        begun: bool,
        #[pin]
        timer: Timer,
    }
}

impl<G> fmt::Debug for GapDelay<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GapDelay").field("timer", &self.timer).finish_non_exhaustive()
    }
}

impl<G: Gaps> StartDelay for GapDelay<G> {
    fn poll_start(self: Pin<&mut Self>, failed: bool, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let mut now = Instant::now();
        if !*this.begun {
            *this.begun = true;
            // The first side was polled just now, for the first time: in the scheduler's view it is the branch that started.
            this.engine.begin(now, Some(Wait::Nothing));
            this.engine.started(now, Some(Wait::Scheduled));
        }
        if failed {
            this.engine.on_failed(now);
        }
        let mut timer = this.timer;
        // The scheduler decides; the timer only wakes the task, perhaps for a time that has moved since. So every answer of the
        // timer is followed by another question to the scheduler.
        loop {
            if this.engine.on_timer(now) == Decision::Start {
                return Poll::Ready(());
            }
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            if timer.as_mut().poll_until(due, &"a staggered `&`", cx).is_pending() {
                return Poll::Pending;
            }
            now = Instant::now();
        }
    }

    fn cancel(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }
}
