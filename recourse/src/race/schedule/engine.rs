//! When the next branch starts and when the race is over: a state machine that takes `now` and returns a decision. It knows
//! neither branches nor timers, so it is tested without a runtime.
//!
//! ```text
//!  begin ──▶ due ── on_timer ──▶ Start ── started ──▶ due (the gap begins again) ──▶ ..
//!             ▲                                        │
//!             └── on_failed: due now, or `min_gap` after the last start ──────────┘
//! ```
//!
//! Races between branches, races over an iterator and the stagger of tower services all use it.
//!
//! # Design notes
//!
//! - `min_gap` holds for starts that a failure causes. The gaps of a schedule are used as they are written, however short.
//! - Without a schedule, every start after the first `max` of a race over an iterator is caused by a failure, because only a
//!   failure makes room for it. Several failures may make room for several starts: `min_gap` is between them all.
//! - Several failures before a start cause one start. A failure also shortens the gap of an `after`.
//! - At the deadline nothing starts any more, so a deadline of zero starts nothing at all.

use super::gaps::Gaps;
use crate::context::{self, Entered, Marks};
use crate::time::Instant;
use std::time::Duration;

/// What the next branch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Nothing: the branch starts at once.
    Nothing,
    /// `min_gap`: there is no schedule, and only a failure can have made room for the branch.
    MinGap,
    /// The next gap of the schedule.
    Scheduled,
    /// The gap of its own `after`.
    Own(Duration),
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Start the next branch, then call `started`.
    Start,
    /// End the race: the deadline has come.
    Expired,
    /// Wait until `next_due`.
    Wait,
}

/// A planned start.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Instant,
    /// This start takes its gap from the schedule, and so uses up a step of it.
    uses_step: bool,
}

/// Plans the starts of a race.
#[derive(Debug)]
pub(crate) struct Engine<G> {
    pub(crate) gaps: G,
    pub(crate) min_gap: Duration,
    /// Counted from the first poll.
    pub(crate) deadline: Option<Duration>,
    expires: Option<Instant>,
    /// The next start. `None`: no start is planned, because there is nothing to start, or no free slot.
    due: Option<Due>,
    last_start: Option<Instant>,
    /// A branch has failed since the last start, while no start was planned.
    failed: bool,
    /// The step of the schedule that the next scheduled start uses.
    step: u32,
}

impl<G: Gaps> Engine<G> {
    pub(crate) const fn new(gaps: G, min_gap: Duration, deadline: Option<Duration>) -> Self {
        Self { gaps, min_gap, deadline, expires: None, due: None, last_start: None, failed: false, step: 0 }
    }

    /// Sets time zero. `next` is what the first branch waits for; `None` if there is none yet.
    pub(crate) fn begin(&mut self, now: Instant, next: Option<Wait>) {
        self.expires = self.deadline.map(|deadline| now.saturating_add(deadline));
        self.due = next.map(|wait| match wait {
            Wait::Own(gap) => Due { at: now.saturating_add(gap), uses_step: false },
            // The first branch has no start before it that a gap could follow.
            Wait::Nothing | Wait::MinGap | Wait::Scheduled => Due { at: now, uses_step: false },
        });
    }

    /// The deadline around a race that has one of its own: the earlier of the two ends the race.
    pub(crate) fn limit(&mut self, outer: Option<Instant>) {
        self.expires = self.expires.map(|own| outer.map_or(own, |outer| own.min(outer)));
    }

    /// Sets the deadline of the race for its branches, while they are polled.
    pub(crate) fn enter(&self) -> Option<Entered> {
        self.expires.map(context::enter_until)
    }

    /// Tells the attempt around the race that a deadline has ended the race: if the time of the attempt is over, too, the attempt ends by that,
    /// and not with the error of the race.
    #[cold]
    pub(crate) fn tell_expired() {
        context::mark(Marks::OVER);
    }

    /// Records a start. `next` is what the branch after it waits for; `None` if there is none yet.
    pub(crate) fn started(&mut self, now: Instant, next: Option<Wait>) {
        // A start that a failure caused has replaced the planned one, and leaves its step to the next start.
        if self.due.is_some_and(|due| due.uses_step) {
            self.step = self.step.saturating_add(1);
        }
        (self.last_start, self.failed) = (Some(now), false);
        self.due = next.map(|wait| self.due_after(now, wait));
    }

    /// Plans the next start when a branch (or a slot for it) becomes available after none was. The gap counts from the last start.
    pub(crate) fn resume(&mut self, now: Instant, next: Wait) {
        if self.due.is_some() {
            return;
        }
        // The first branch starts at once, however late it comes.
        let Some(last) = self.last_start else {
            self.due = Some(Due { at: now, uses_step: false });
            return;
        };
        let planned = self.due_after(last, next);
        let by_failure = Due { at: last.saturating_add(self.min_gap), uses_step: false };
        // A failure brings a start forward, and never puts it off.
        self.due = Some(if self.failed && by_failure.at.max(now) < planned.at { by_failure } else { planned });
    }

    /// Returns true if no start is planned.
    pub(crate) fn is_idle(&self) -> bool {
        self.due.is_none()
    }

    /// Records a failure: the next start is due now, or `min_gap` after the last start. A start is never put off.
    pub(crate) fn on_failed(&mut self, now: Instant) {
        let earliest = self.last_start.map_or(now, |last| now.max(last.saturating_add(self.min_gap)));
        match &mut self.due {
            // Only if that is earlier. A gap shorter than `min_gap` was planned, and stays as it is.
            Some(due) if earliest < due.at => *due = Due { at: earliest, uses_step: false },
            Some(_) => {}
            // No start is planned. `resume` takes the failure into account when one is.
            None => self.failed = true,
        }
    }

    /// Returns the start that follows the start at `last`.
    fn due_after(&self, last: Instant, wait: Wait) -> Due {
        match wait {
            Wait::Nothing => Due { at: last, uses_step: false },
            Wait::MinGap => Due { at: last.saturating_add(self.min_gap), uses_step: false },
            Wait::Own(gap) => Due { at: last.saturating_add(gap), uses_step: false },
            Wait::Scheduled => Due { at: last.saturating_add(self.gaps.gap(self.step)), uses_step: true },
        }
    }

    /// Returns what to do at `now`.
    pub(crate) fn on_timer(&self, now: Instant) -> Decision {
        // The deadline comes first: a branch that starts now could only be cancelled.
        if self.expires.is_some_and(|at| at <= now) {
            return Decision::Expired;
        }
        if self.due.is_some_and(|due| due.at <= now) { Decision::Start } else { Decision::Wait }
    }

    /// Returns when to call `on_timer` again.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let due = self.due.map(|due| due.at);
        match (due, self.expires) {
            (Some(due), Some(expires)) => Some(due.min(expires)),
            (due, expires) => due.or(expires),
        }
    }
}

#[cfg(test)]
mod tests;
