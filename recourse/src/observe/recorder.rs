//! The recording of one call, while somebody observes it.
//!
//! A call starts a recorder at its gate, if its executor has an observer or the call runs inside a capture. The recorder counts events. Only if
//! somebody wants more than totals, it adds the time to each event, tells the observers, and keeps the timeline.

use super::call_info::CallInfo;
use super::capture::{self, CaptureSlot};
use super::event::{Event, TimedEvent};
use super::fallback;
use super::kept::LastEvents;
use super::names::EndReason;
use super::observer::Wanted;
use super::observers::Observers;
use super::spans::{CallSpans, SpanGuard};
use super::timeline::{Omitted, Timeline};
use super::totals::CallTotals;
use crate::context::CallIdentity;
use crate::error::RejectionKind;
use crate::sync::Arc;
use crate::time::Instant;
use std::time::Duration;

/// The recording of one call.
#[derive(Debug)]
pub(crate) struct Recorder {
    began: Instant,
    slot: Option<CaptureSlot>,
    observers: Option<Arc<Observers>>,
    /// The attempt that started or ended last, and whether it is the last one.
    attempt: (u32, bool),
    /// Observers want to be told of events.
    tells: bool,
    /// A capture or an observer wants the timeline.
    keeps: bool,
    timeline: Timeline,
    last_events: LastEvents,
    spans: Option<CallSpans>,
}

impl Recorder {
    /// Starts the recording of a call. `None` if there is no observer, and no capture that this call runs in.
    pub(crate) fn start(observers: &Arc<Observers>, call: impl FnOnce() -> CallInfo) -> Option<Self> {
        let slot = capture::reserve();
        let observers = (!observers.is_empty()).then(|| observers.clone());
        if slot.is_none() && observers.is_none() {
            return None;
        }
        let want = |least| observers.as_ref().is_some_and(|observers| observers.want(least));
        let (tells, keeps) = (want(Wanted::Events), slot.is_some() || want(Wanted::Timelines));
        // Eight events are a call with two attempts.
        let events = if keeps { Vec::with_capacity(8) } else { Vec::new() };
        let timeline = Timeline { call: call(), totals: CallTotals::default(), events, omitted: Omitted::default() };
        let tracing = observers.as_ref().filter(|observers| observers.trace());
        let spans = tracing.and_then(|observers| observers.catch(|| CallSpans::start(&timeline.call)).flatten());
        let (last_events, began) = (LastEvents::default(), Instant::now());
        let mut recorder =
            Self { began, slot, observers, attempt: (0, false), tells, keeps, timeline, last_events, spans };
        recorder.record(Event::CallStarted);
        Some(recorder)
    }

    /// What the attempts of the call have in common, if they are shown.
    pub(crate) fn identity(&self) -> &Arc<CallIdentity> {
        self.timeline.call.identity()
    }

    /// True if the texts of errors are read.
    pub(crate) const fn wants_texts(&self) -> bool {
        self.has_moments() || self.spans.is_some()
    }

    /// True if somebody wants to know when something happened.
    const fn has_moments(&self) -> bool {
        self.tells || self.keeps
    }

    /// Enters the span of an attempt that is about to be polled; of the call for 0, the attempt that is about to be made.
    pub(crate) fn enter(&self, attempt: u32) -> Option<SpanGuard> {
        let (observers, spans) = (self.observers.as_ref()?, self.spans.as_ref()?);
        observers.catch(|| spans.enter(attempt))
    }

    /// Records an event, as of now.
    pub(crate) fn record(&mut self, event: Event) {
        self.timeline.totals.add(&event);
        match event {
            Event::AttemptStarted { attempt, is_last, .. } => self.attempt = (attempt, is_last),
            Event::AttemptEnded { attempt, .. } => self.attempt.0 = attempt,
            _ => {}
        }
        if let (Some(observers), Some(spans)) = (&self.observers, &mut self.spans) {
            observers.catch(|| spans.tell(&event, &self.timeline.totals));
        }
        // Whoever counts calls wants to know how the circuits and the limits are, which change rarely.
        let is_rare = matches!(event, Event::CircuitChanged { .. } | Event::LimitChanged { .. });
        let least = if is_rare { Wanted::Totals } else { Wanted::Events };
        let tells = self.tells || least == Wanted::Totals;
        if !tells && !self.keeps {
            return;
        }
        let (attempt, is_last) = self.attempt;
        let at = self.elapsed();
        self.timeline.totals.elapsed = at;
        let timed = TimedEvent { at, attempt, is_last, event };
        if let (true, Some(observers)) = (tells, &self.observers) {
            observers.notify_those(least, |observer| observer.event(&self.timeline.call, &timed));
        }
        if self.keeps {
            self.last_events.add(&mut self.timeline, timed);
        }
    }

    /// Ends the recording.
    pub(crate) fn end(mut self, reason: EndReason, rejected: Option<RejectionKind>) {
        self.record(Event::CallEnded { reason, rejected });
        // Otherwise it is the moment of the last event.
        if !self.has_moments() {
            self.timeline.totals.elapsed = self.elapsed();
        }
        self.last_events.move_to(&mut self.timeline);
        if let Some(observers) = &self.observers {
            let Timeline { call, totals, .. } = &self.timeline;
            observers.notify_those(Wanted::Totals, |observer| observer.call_totals(call, totals));
            observers.notify_those(Wanted::Timelines, |observer| observer.call_ended(&self.timeline));
            if call.falls_back() {
                fallback::leave(call, reason, observers);
            }
        }
        // Last, since it moves the timeline.
        if let Some(slot) = self.slot {
            slot.fill(self.timeline);
        }
    }

    fn elapsed(&self) -> Duration {
        Instant::now().saturating_duration_since(self.began)
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
