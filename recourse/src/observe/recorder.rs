//! The recording of one call, while somebody looks.

use crate::observe::Observer;
use crate::observe::capture::{self, CaptureSlot};
use crate::observe::event::{BreakerEvent, Event, TimedEvent};
use crate::observe::names::EndReason;
use crate::observe::timeline::Timeline;
use crate::sync::{Arc, AtomicU64, Ordering};
use crate::time::Instant;
use recourse_policy::{Effective, Key};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The observers of an executor.
#[derive(Debug, Default)]
pub(crate) struct Observers {
    observers: Vec<Arc<dyn Observer>>,
    panics: AtomicU64,
}

impl Observers {
    pub(crate) fn new(observers: Vec<Arc<dyn Observer>>) -> Self {
        Self { observers, panics: AtomicU64::new(0) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.observers.is_empty()
    }

    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Something happened outside of any call.
    pub(crate) fn breaker(&self, key: &Key, event: BreakerEvent) {
        self.tell(|observer| observer.breaker(key, event));
    }

    fn tell(&self, what: impl Fn(&dyn Observer)) {
        for observer in &self.observers {
            if catch_unwind(AssertUnwindSafe(|| what(&**observer))).is_err() {
                self.panics.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// The recording of one call.
#[derive(Debug)]
pub(crate) struct Recorder {
    began: Instant,
    place: Option<CaptureSlot>,
    audience: Option<Arc<Observers>>,
    timeline: Timeline,
}

impl Recorder {
    /// True where a call has to pass its gate: it says so itself, or a capture is open somewhere in the process. Costs one load.
    #[inline]
    pub(crate) fn is_wanted(gated: bool) -> bool {
        gated || capture::any_open()
    }

    /// Starts the recording of a call, where somebody really looks.
    pub(crate) fn start(key: &Key, effective: &Arc<Effective>, audience: &Arc<Observers>) -> Option<Self> {
        let place = capture::place();
        let audience = (!audience.is_empty()).then(|| audience.clone());
        if place.is_none() && audience.is_none() {
            return None;
        }
        let timeline = Timeline { key: key.clone(), effective: effective.clone(), moments: Vec::with_capacity(8) };
        let mut tape = Self { began: Instant::now(), place, audience, timeline };
        tape.record(Event::CallStarted);
        Some(tape)
    }

    /// Adds an event, as of now.
    pub(crate) fn record(&mut self, event: Event) {
        let moment = TimedEvent { at: Instant::now().saturating_duration_since(self.began), event };
        if let Some(audience) = &self.audience {
            audience.tell(|observer| observer.event(&self.timeline.key, &moment));
        }
        self.timeline.moments.push(moment);
    }

    /// Ends the recording.
    pub(crate) fn end(mut self, reason: EndReason) {
        self.record(Event::CallEnded { reason });
        if let Some(audience) = &self.audience {
            audience.tell(|observer| observer.call_ended(&self.timeline));
        }
        if let Some(place) = self.place {
            place.fill(self.timeline);
        }
    }
}

/// An error's text for timelines and rejections: its first 200 bytes, so that a page of HTML does not end up in a log line.
pub(crate) fn error_text(mut text: String) -> Box<str> {
    const LONGEST: usize = 200;
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text.into()
}
