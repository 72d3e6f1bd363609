//! The recording of one call, while somebody observes it.
//!
//! A call starts a recorder at its gate, if its executor has an observer or the call runs inside a capture. The recorder then adds the time to each event, tells the observers, and keeps the timeline.

use super::capture::{self, CaptureSlot};
use super::event::{Event, TimedEvent};
use super::kept::LastEvents;
use super::names::EndReason;
use super::observer::Observers;
use super::timeline::{Omitted, Timeline};
use crate::sync::Arc;
use crate::time::Instant;
use recourse_policy::{Effective, Key};

/// The recording of one call.
#[derive(Debug)]
pub(crate) struct Recorder {
    began: Instant,
    slot: Option<CaptureSlot>,
    observers: Option<Arc<Observers>>,
    timeline: Timeline,
    last_events: LastEvents,
}

impl Recorder {
    /// Starts the recording of a call. `None` if there is no observer, and no capture that this call runs in.
    pub(crate) fn start(key: &Key, effective: &Arc<Effective>, observers: &Arc<Observers>) -> Option<Self> {
        let slot = capture::reserve();
        let observers = (!observers.is_empty()).then(|| observers.clone());
        if slot.is_none() && observers.is_none() {
            return None;
        }
        // Eight events are a call with two attempts.
        let (events, omitted) = (Vec::with_capacity(8), Omitted::default());
        let timeline = Timeline { key: key.clone(), effective: effective.clone(), events, omitted };
        let mut recorder =
            Self { began: Instant::now(), slot, observers, timeline, last_events: LastEvents::default() };
        recorder.record(Event::CallStarted);
        Some(recorder)
    }

    /// Records an event, as of now.
    pub(crate) fn record(&mut self, event: Event) {
        let timed = TimedEvent { at: Instant::now().saturating_duration_since(self.began), event };
        if let Some(observers) = &self.observers {
            observers.notify(|observer| observer.event(&self.timeline.key, &timed));
        }
        self.last_events.add(&mut self.timeline, timed);
    }

    /// Ends the recording.
    pub(crate) fn end(mut self, reason: EndReason) {
        self.record(Event::CallEnded { reason });
        self.last_events.move_to(&mut self.timeline);
        if let Some(observers) = &self.observers {
            observers.notify(|observer| observer.call_ended(&self.timeline));
        }
        // Last, since it moves the timeline.
        if let Some(slot) = self.slot {
            slot.fill(self.timeline);
        }
    }
}

/// Shortens an error's text for timelines and rejections to 200 bytes, so that a page of HTML does not end up in a log line.
pub(crate) fn error_text(mut text: String) -> Box<str> {
    const LIMIT: usize = 200;
    if text.len() > LIMIT {
        let mut end = LIMIT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text.into()
}
