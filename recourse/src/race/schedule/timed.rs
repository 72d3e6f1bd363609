//! The start policy of a race with `stagger`, `after` or `deadline`: the engine says when the next branch starts and when the
//! race is over, and one timer wakes the race for both.

use super::engine::{Decision, Engine, Wait};
use super::gaps::Gaps;
use super::order::PollOrder;
use super::start_policy::StartPolicy;
use crate::context;
use crate::race::branch::{Branches, EndTime, Found, StartedAt};
use crate::race::error::{Ending, Times};
use crate::time::{Instant, Timer, with_budget};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// Starts each branch when the engine says so.
    #[project = TimedProj]
    pub struct Timed<G, S, O> {
        pub(in crate::race) engine: Engine<G>,
        // Time zero: the first poll.
        origin: Option<Instant>,
        // A branch that has failed keeps only how long it took, so its start is kept here.
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
/// With a stagger, branches start in declared order. Without one, all branches without `after` start first; those with `after`
/// follow in declared order, each counted from the start before it.
fn next_start<G: Gaps, B: Branches>(branches: &B) -> Option<(usize, Wait)> {
    let (plain, with_gap) = (branches.next_waiting(false), branches.next_waiting(true));
    // Each walk finds the first branch of its kind. In declared order, the next branch is the earlier of the two.
    let (index, gap) = match (plain, with_gap) {
        (Some(plain), Some(with_gap)) if G::STAGGERED && with_gap.0 < plain.0 => with_gap,
        (plain, with_gap) => plain.or(with_gap)?,
    };
    Some((index, gap.map_or(if G::STAGGERED { Wait::Scheduled } else { Wait::Nothing }, Wait::Own)))
}

impl<G, S, const BYTES: usize> TimedProj<'_, G, S, PollOrder<BYTES>>
where
    G: Gaps,
    S: AsMut<[Option<Instant>]>,
{
    /// Polls the branches that run. Leaves a reading of the clock in `reading` if it takes one.
    #[inline]
    fn poll_running<X: Ending, B: Branches>(
        &mut self,
        branches: Pin<&mut B>,
        reading: &mut Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        let mut found = Found::default();
        let won = self.order.pass::<X, B>(branches, None, &mut found, cx);
        if won.is_some() {
            return won;
        }
        if found.failed {
            self.engine.on_failed(*reading.insert(Instant::now()));
        }
        None
    }

    /// Polls the branches that run once more, before the deadline ends the race: since they were polled in this poll, another
    /// branch may have taken all the time that was left. Without budget none of them could have been ready.
    #[cold]
    fn poll_at_deadline<X: Ending, B: Branches>(
        &mut self,
        mut branches: Pin<&mut B>,
        reading: &mut Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        let poll = |cx: &mut Context<'_>| {
            let won = self.poll_running::<X, B>(branches.as_mut(), reading, cx);
            won.map_or(Poll::Pending, Poll::Ready)
        };
        match with_budget(poll, cx) {
            Poll::Ready(success) => Some(success),
            Poll::Pending => None,
        }
    }

    /// Starts a branch and polls it. Leaves a reading of the clock in `reading` if it takes one.
    #[inline]
    fn start<X: Ending, B: Branches>(
        &mut self,
        mut branches: Pin<&mut B>,
        next: usize,
        now: Instant,
        reading: &mut Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Option<B::Success> {
        if let Some(start) = self.starts.as_mut().get_mut(next) {
            *start = Some(now);
        }
        let (mut found, start) = (Found::default(), Some(StartedAt::at(now)));
        let won = branches.as_mut().poll_branches::<X>(|index| index == next, start, &mut found, cx);
        if won.is_some() {
            return won;
        }
        // `started` is called before `on_failed`, so that the failure makes the next start due.
        self.engine.started(now, next_start::<G, B>(&branches).map(|(_, wait)| wait));
        if found.failed {
            self.engine.on_failed(*reading.insert(Instant::now()));
        }
        None
    }
}

impl<B, G, S, const BYTES: usize> StartPolicy<B> for Timed<G, S, PollOrder<BYTES>>
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
        // The latest reading of the clock, if nothing has been polled since. The loop below then need not take another one.
        let (mut reading, mut polled_at_deadline) = (None, false);
        if this.origin.is_none() {
            let now = *reading.insert(Instant::now());
            *this.origin = Some(now);
            this.engine.begin(now, next_start::<G, B>(&branches).map(|(_, wait)| wait));
            this.engine.limit(context::limits().deadline(|| now));
        }
        let _entered = this.engine.enter();
        if reading.is_none() {
            // Running branches come before starts. After a success nothing is started only to be dropped.
            let won = this.poll_running::<X, B>(branches.as_mut(), &mut reading, cx);
            if won.is_some() {
                return Poll::Ready(won);
            }
        }
        while branches.may_win() {
            // Without a deadline, and with all branches started, only the branches can wake the race.
            let Some(due) = this.engine.next_due() else { return Poll::Pending };
            let now = reading.take().unwrap_or_else(Instant::now);
            match this.engine.on_timer(now) {
                Decision::Expired if polled_at_deadline => {
                    Engine::<G>::tell_expired();
                    break;
                }
                Decision::Expired => {
                    polled_at_deadline = true;
                    let won = this.poll_at_deadline::<X, B>(branches.as_mut(), &mut reading, cx);
                    if won.is_some() {
                        return Poll::Ready(won);
                    }
                }
                // If the timer has fired meanwhile, the engine is asked again with a later reading of the clock.
                Decision::Wait => ready!(this.timer.as_mut().poll_until(due, &"a race", cx)),
                Decision::Start => {
                    let Some((next, _)) = next_start::<G, B>(&branches) else {
                        unreachable!("a start is planned only while a branch waits")
                    };
                    let won = this.start::<X, B>(branches.as_mut(), next, now, &mut reading, cx);
                    if won.is_some() {
                        return Poll::Ready(won);
                    }
                }
            }
        }
        Poll::Ready(None)
    }

    fn has_begun(&self, _: &B) -> bool {
        self.origin.is_some()
    }

    fn clear(self: Pin<&mut Self>) {
        self.project().timer.set(Timer::new());
    }

    fn race_end(&self) -> Instant {
        // Only a deadline leaves branches that run. Without one, all have ended, and each knows when.
        self.engine.deadline.map_or(Instant::from_nanos(0), |_| Instant::now())
    }

    fn times(&self, branch: usize, end: EndTime, race_end: Instant) -> Times {
        let start = self.starts.as_ref().get(branch).copied().flatten();
        let end = match end {
            EndTime::Took(elapsed) => start.map(|start| start.saturating_add(elapsed.duration())),
            EndTime::EndOfRace => Some(race_end),
        };
        Times { origin: self.origin.unwrap_or(race_end), start, end }
    }
}
