//! What happened in one call, from its first event to its last.

use crate::observe::event::{Event, TimedEvent};
use crate::observe::names::{AttemptOutcome, DelaySource, EndReason};
use crate::sync::Arc;
use recourse_policy::{Effective, Key};
use std::time::Duration;

/// What happened in one call: its events in order, read back as attempts. Displays as a drawing, see [`capture`](super::capture).
#[derive(Clone, Debug)]
pub struct Timeline {
    pub(super) key: Key,
    pub(super) effective: Arc<Effective>,
    pub(super) moments: Vec<TimedEvent>,
}

/// One attempt, as the timeline has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number; the first is 1.
    pub number: u32,
    /// It ran beside others of its group.
    pub hedge: bool,
    /// The delay that was asked for before it, and by whom; `None` for the first attempt and for hedges.
    pub delay: Option<(Duration, DelaySource)>,
    /// When it started, since the call began.
    pub started: Duration,
    /// When it ended, since the call began.
    pub ended: Duration,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The text of its error, where there is one that can be displayed.
    pub error: Option<Box<str>>,
}

impl Timeline {
    /// The key of the call.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The policy the call ran under, with what normalisation changed in it.
    pub fn effective(&self) -> &Effective {
        &self.effective
    }

    /// The events, in order.
    pub fn events(&self) -> &[TimedEvent] {
        &self.moments
    }

    /// How long the call took, as the caller saw it.
    pub fn elapsed(&self) -> Duration {
        self.moments.last().map_or(Duration::ZERO, |last| last.at)
    }

    /// Why the call stopped.
    pub fn reason(&self) -> EndReason {
        let ended = self.moments.iter().rev().find_map(|moment| match moment.event {
            Event::CallEnded { reason } => Some(reason),
            _ => None,
        });
        ended.unwrap_or(EndReason::Cancelled)
    }

    /// How many of the attempts were hedges.
    pub fn hedge_count(&self) -> usize {
        let hedges = |moment: &&TimedEvent| matches!(moment.event, Event::AttemptStarted { hedge: true, .. });
        self.moments.iter().filter(hedges).count()
    }

    /// How many attempts started, hedges included.
    pub fn attempt_count(&self) -> usize {
        self.moments.iter().filter(|moment| matches!(moment.event, Event::AttemptStarted { .. })).count()
    }

    /// The attempts, in the order they started.
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut asked = None;
        for TimedEvent { at, event } in &self.moments {
            match event {
                Event::Delayed { delay, source } => asked = Some((*delay, *source)),
                Event::AttemptStarted { attempt, hedge } => attempts.push(Attempt {
                    number: *attempt,
                    hedge: *hedge,
                    delay: asked.take(),
                    started: *at,
                    ended: *at,
                    outcome: AttemptOutcome::Cancelled,
                    error: None,
                }),
                Event::AttemptEnded { attempt, outcome, error } => {
                    if let Some(started) = attempts.iter_mut().find(|started| started.number == *attempt) {
                        started.ended = *at;
                        started.outcome = *outcome;
                        started.error.clone_from(error);
                    }
                }
                _ => {}
            }
        }
        attempts
    }
}
