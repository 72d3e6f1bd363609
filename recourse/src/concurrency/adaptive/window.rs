//! A window: what happened since the limit was last looked at.

use super::constants::{SHORT_WINDOW, SHORT_WINDOW_SAMPLES, WINDOW, WINDOW_SAMPLES};
use super::tally::Counts;
use crate::time::Instant;

#[derive(Debug)]
pub(super) struct Window {
    /// `None` until the first call.
    from: Option<Instant>,
    answered: u32,
    late: u32,
    /// The counts when it began.
    before: Counts,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { from: None, answered: 0, late: 0, before: Counts::default() }
    }

    /// Begins anew.
    pub(super) fn restart(&mut self, now: Instant, counts: Counts) {
        *self = Self { from: Some(now), answered: 0, late: 0, before: counts };
    }

    /// True if it has not begun, or did on another clock.
    pub(super) fn is_of_no_use(&self, now: Instant) -> bool {
        self.from.is_none_or(|from| from > now)
    }

    pub(super) fn add(&mut self, late: bool) {
        *(if late { &mut self.late } else { &mut self.answered }) += 1;
    }

    pub(super) fn samples(&self) -> u32 {
        self.answered.saturating_add(self.late)
    }

    /// The seconds that it has lasted, if it is due.
    pub(super) fn due(&self, now: Instant) -> Option<f64> {
        let (samples, seconds) = (self.samples(), now.saturating_duration_since(self.from?).as_secs_f64());
        let due = seconds >= WINDOW && samples >= WINDOW_SAMPLES
            || seconds >= SHORT_WINDOW && samples >= SHORT_WINDOW_SAMPLES;
        due.then_some(seconds)
    }

    pub(super) fn answered(&self) -> f64 {
        f64::from(self.answered)
    }

    /// The part of the samples that were late.
    pub(super) fn lateness(&self) -> f64 {
        f64::from(self.late) / f64::from(self.samples().max(1))
    }

    pub(super) fn before(&self) -> &Counts {
        &self.before
    }
}
