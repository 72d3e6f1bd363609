//! What a timeline keeps of a call with many attempts: the first and the last of them, and the number of the others.

use super::event::{Event, TimedEvent};
use super::timeline::Timeline;
use std::collections::VecDeque;

/// The number of attempts that are kept at either end of a timeline. A call may make attempts without end, and its memory must have one.
pub(super) const KEPT: u32 = 32;

/// The events of the last attempts, while a call is recorded. Those of the first attempts are in the timeline already.
///
/// What happened between two attempts belongs to the later one from its delay on, and to the earlier one before that.
#[derive(Debug, Default)]
pub(super) struct LastEvents {
    /// The number of the last attempt that started.
    started: u32,
    /// From the 33rd attempt on.
    events: VecDeque<TimedEvent>,
    /// The number of attempts that started among `events`.
    attempts: u32,
}

impl LastEvents {
    /// Adds an event to the timeline, or to the last events if it belongs to a later attempt.
    pub(super) fn add(&mut self, timeline: &mut Timeline, timed: TimedEvent) {
        let begins = begins_attempt(&timed.event);
        if self.events.is_empty() && !(begins && self.started >= KEPT) {
            if let Event::AttemptStarted { attempt, .. } = timed.event {
                self.started = attempt;
            }
            timeline.events.push(timed);
            return;
        }
        let starts = matches!(timed.event, Event::AttemptStarted { .. });
        self.events.push_back(timed);
        self.attempts += u32::from(starts);
        if self.attempts > KEPT {
            self.omit_first(timeline);
        }
    }

    /// Leaves out the first of the last attempts.
    fn omit_first(&mut self, timeline: &mut Timeline) {
        let mut found = false;
        while let Some(first) = self.events.front() {
            if found && begins_attempt(&first.event) {
                break;
            }
            let Some(timed) = self.events.pop_front() else { break };
            match timed.event {
                Event::AttemptStarted { hedge, .. } => {
                    found = true;
                    timeline.omitted.hedges += usize::from(hedge);
                }
                // An attempt that is kept has an end.
                Event::AttemptEnded { attempt, .. } if attempt <= KEPT => timeline.events.push(timed),
                _ => {}
            }
        }
        self.attempts -= 1;
        timeline.omitted.attempts += 1;
    }

    /// Moves the last events to the timeline.
    pub(super) fn move_to(self, timeline: &mut Timeline) {
        let omitted = u32::try_from(timeline.omitted.attempts).unwrap_or(u32::MAX);
        let first = KEPT.saturating_add(omitted).saturating_add(1);
        // An attempt that is left out may have ended beside one that is kept.
        timeline.events.extend(self.events.into_iter().filter(|timed| match timed.event {
            Event::AttemptEnded { attempt, .. } => attempt <= KEPT || attempt >= first,
            _ => true,
        }));
    }
}

fn begins_attempt(event: &Event) -> bool {
    matches!(event, Event::Delayed { .. } | Event::AttemptStarted { .. })
}
