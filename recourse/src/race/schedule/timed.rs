//! The start policy of a race with `stagger`, `after` or `deadline`: the engine says when the next branch starts and when the
//! race is over, and one timer wakes the race for both.

use super::engine::{Decision, Engine, Wait};
use super::gaps::Gaps;
use super::order::PollOrder;
use super::start_policy::StartPolicy;
use crate::race::branch::{Branches, EndedAt, Found, StartedAt};
use crate::race::error::{Ending, Times};
use crate::time::{Instant, Timer};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// Starts each branch when the engine says so.
    pub struct Timed<G, S, O> {
        pub(in crate::race) engine: Engine<G>,
        // Time zero: the first poll.
        origin: Option<Instant>,
        // When each branch started.
        pub(in crate::race) starts: S,
        pub(in crate::race) order: O,
        #[pin]
        timer: Timer,
    }
}

impl<G: Gaps, S, O> Timed<G, S, O> {
    pub(in crate::race) const fn new(engine: Engine<G>, starts: S, order: O) -> Self {
        Self { engine, origin: None, starts, order, timer: Timer::new() }
    }
}

impl<G, S, O> fmt::Debug for Timed<G, S, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").field("timer", &self.timer).finish_non_exhaustive()
    }
}

/// Returns the branch that starts next, and what it waits for.
///
/// With a stagger branches start in declared order. Without one, a branch with `after` never holds up those behind it.
fn next_start<G: Gaps, B: Branches>(branches: &B) -> Option<(usize, Wait)> {
    let (plain, with_gap) = (branches.next_waiting(false), branches.next_waiting(true));
    let (index, gap) = match (plain, with_gap) {
        (Some(plain), Some(with_gap)) if G::STAGGERED && with_gap.0 < plain.0 => with_gap,
        (plain, with_gap) => plain.or(with_gap)?,
    };
    Some((index, gap.map_or(if G::STAGGERED { Wait::Scheduled } else { Wait::None }, Wait::Own)))
}

impl<B, G, S, const FAIR: usize> StartPolicy<B> for Timed<G, S, PollOrder<FAIR>>
where
    B: Branches,
    G: Gaps,
    S: AsMut<[Option<Instant>]> + AsRef<[Option<Instant>]>,
{
    fn poll<X: Ending>(
        self: Pin<&mut Self>,
        mut branches: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<B::Success>> {
        let mut this = self.project();
        let engine = this.engine;
        let wait_of_next = |branches: &B| next_start::<G, B>(branches).map(|(_, wait)| wait);
        // A reading of the clock that the loop below may use instead of another one.
        let mut fresh = None;
        if this.origin.is_none() {
            let now = Instant::now();
            (*this.origin, fresh) = (Some(now), Some(now));
            engine.begin(now, wait_of_next(&branches));
        } else {
            // Running branches come before starts: a success that is there already must not start a branch only to drop it.
            let mut found = Found::default();
            let won = this.order.pass::<X, B>(branches.as_mut(), None, &mut found, cx);
            if won.is_some() {
                return Poll::Ready(won);
            }
            if found.failed {
                engine.on_failed(*fresh.insert(Instant::now()));
            }
        }
        loop {
            if !branches.may_win() {
                return Poll::Ready(None);
            }
            // Without a deadline, and with all branches started, only the branches can wake the race.
            let Some(due) = engine.next_due() else { return Poll::Pending };
            let now = fresh.take().unwrap_or_else(Instant::now);
            match engine.on_timer(now) {
                Decision::Expired => return Poll::Ready(None),
                Decision::Wait => {
                    // If the timer has fired meanwhile, the engine is asked again with a later reading of the clock.
                    if this.timer.as_mut().poll_until(due, cx).is_pending() {
                        return Poll::Pending;
                    }
                }
                Decision::Start => {
                    let Some((next, _)) = next_start::<G, B>(&branches) else { return Poll::Pending };
                    if let Some(start) = this.starts.as_mut().get_mut(next) {
                        *start = Some(now);
                    }
                    let (mut found, start) = (Found::default(), Some(StartedAt::at(now)));
                    let won = branches.as_mut().poll_branches::<X>(|index| index == next, start, &mut found, cx);
                    if won.is_some() {
                        return Poll::Ready(won);
                    }
                    // The start is told before its failure, which then makes the branch behind it due.
                    engine.started(now, wait_of_next(&branches));
                    if found.failed {
                        engine.on_failed(*fresh.insert(Instant::now()));
                    }
                }
            }
        }
    }

    fn has_begun(&self, _: &B) -> bool {
        self.origin.is_some()
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }

    fn times(&self, branch: usize, ended: EndedAt, race_end: Instant) -> Times {
        let start = self.starts.as_ref().get(branch).copied().flatten();
        let end = match ended {
            EndedAt::After(elapsed) => start.map(|start| start.saturating_add(elapsed.duration())),
            EndedAt::EndOfRace => Some(race_end),
        };
        Times { origin: self.origin.unwrap_or(race_end), start, end }
    }
}
