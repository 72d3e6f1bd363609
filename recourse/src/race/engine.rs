//! When the next branch starts: a state machine that takes `now` and returns a decision. It knows no branch and no timer.
//!
//! ```text
//!  begin ──▶ due ──on_timer──▶ Start ──started──▶ due (the gap begins again) ──▶ ..
//!             ▲                                    │
//!             └──────────── on_failed: due at once, or min_gap after the last start
//! ```

use super::gaps::Gaps;
use crate::time::Instant;
use std::time::Duration;

/// What the branch that is to start next waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Nothing.
    None,
    /// The next gap of the schedule.
    Scheduled,
    /// A gap of its own.
    Own(Duration),
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Start the next branch, and say so by `started`.
    Start,
    /// The deadline has come.
    Expired,
    /// Nothing is due yet.
    Wait,
}

/// The next start.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Instant,
    /// This start uses up a step of the schedule.
    step: bool,
}

#[derive(Debug)]
pub(crate) struct Engine<G> {
    pub(crate) gaps: G,
    pub(crate) min_gap: Duration,
    /// Since time zero.
    pub(crate) deadline: Option<Duration>,
    expires: Option<Instant>,
    due: Option<Due>,
    last: Option<Instant>,
    /// A branch failed since the last start, while no branch waited.
    failed: bool,
    step: u32,
}

impl<G: Gaps> Engine<G> {
    pub(crate) const fn new(gaps: G, min_gap: Duration, deadline: Option<Duration>) -> Self {
        Self { gaps, min_gap, deadline, expires: None, due: None, last: None, failed: false, step: 0 }
    }

    /// Time zero. `next` is what the first branch waits for, `None` where there is no branch.
    pub(crate) fn begin(&mut self, now: Instant, next: Option<Wait>) {
        self.expires = self.deadline.map(|deadline| now.saturating_add(deadline));
        self.due = next.map(|wait| match wait {
            Wait::Own(gap) => Due { at: now.saturating_add(gap), step: false },
            Wait::None | Wait::Scheduled => Due { at: now, step: false },
        });
    }

    /// A branch was started; `next` is what the one after it waits for.
    pub(crate) fn started(&mut self, now: Instant, next: Option<Wait>) {
        if self.due.is_some_and(|due| due.step) {
            self.step = self.step.saturating_add(1);
        }
        (self.last, self.failed) = (Some(now), false);
        self.due = next.map(|wait| self.due(now, wait));
    }

    /// There is a branch to start, or a place for one, where there was none: as if it had waited since the last start.
    pub(crate) fn resume(&mut self, now: Instant, next: Wait) {
        if self.due.is_some() {
            return;
        }
        let Some(last) = self.last else {
            self.due = Some(Due { at: now, step: false });
            return;
        };
        let (planned, by_failure) = (self.due(last, next), Due { at: last.saturating_add(self.min_gap), step: false });
        // Without a schedule it is the failure that made the place.
        let unplanned = next == Wait::None || by_failure.at.max(now) < planned.at;
        self.due = Some(if self.failed && unplanned { by_failure } else { planned });
    }

    /// No start is planned.
    pub(crate) fn is_idle(&self) -> bool {
        self.due.is_none()
    }

    /// A branch failed: the next start is due, but for the smallest gap. It is never put off.
    pub(crate) fn on_failed(&mut self, now: Instant) {
        let earliest = self.last.map_or(now, |last| now.max(last.saturating_add(self.min_gap)));
        match &mut self.due {
            Some(due) if earliest < due.at => *due = Due { at: earliest, step: false },
            Some(_) => {}
            None => self.failed = true,
        }
    }

    /// When a branch starts that follows a start.
    fn due(&self, last: Instant, wait: Wait) -> Due {
        match wait {
            Wait::None => Due { at: last, step: false },
            Wait::Own(gap) => Due { at: last.saturating_add(gap), step: false },
            Wait::Scheduled => Due { at: last.saturating_add(self.gaps.gap(self.step)), step: true },
        }
    }

    pub(crate) fn on_timer(&self, now: Instant) -> Decision {
        if self.expires.is_some_and(|at| at <= now) {
            return Decision::Expired;
        }
        if self.due.is_some_and(|due| due.at <= now) { Decision::Start } else { Decision::Wait }
    }

    /// When to call `on_timer` again.
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
