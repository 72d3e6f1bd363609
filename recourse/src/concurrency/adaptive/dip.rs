//! Dips: for a few calls, fewer may run, so that the service time can be measured under overload.

use super::constants::{DIP_CALLS, DIP_PART, DIP_SECONDS, GAP, LONGEST_GAP, MOVED, MOVED_ERRORS};
use crate::time::Instant;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Dips {
    /// The calls that are left of the dip, and its end, while there is one.
    now: Option<(u32, Instant)>,
    last: Option<Instant>,
    /// The least time until the next dip, in seconds.
    gap: f64,
    /// The throughput at the last dip, in calls a second.
    throughput: f64,
}

/// No throughput: no logarithm of nothing.
const NONE: f64 = 1e-9;

impl Dips {
    pub(super) const fn new() -> Self {
        Self { now: None, last: None, gap: GAP, throughput: NONE }
    }

    /// True while calls are held back.
    pub(super) fn is_on(&self) -> bool {
        self.now.is_some()
    }

    /// Ends the dip if its calls or its time are over. Returns true if it did.
    pub(super) fn end_if_over(&mut self, now: Instant) -> bool {
        let longest = now.saturating_add(Duration::from_secs_f64(DIP_SECONDS));
        // An end that is too far ahead is that of another clock.
        let over = self.now.is_some_and(|(left, until)| left == 0 || now >= until || until > longest);
        if over {
            self.now = None;
        }
        over
    }

    /// Counts a low call that was admitted.
    pub(super) fn count(&mut self) {
        if let Some((left, _)) = &mut self.now {
            *left = left.saturating_sub(1);
        }
    }

    /// Starts a dip after a window of `samples` calls that ended at `now`, unless the last one was too short a time ago.
    pub(super) fn start(&mut self, service_time_known: bool, throughput: f64, samples: u32, now: Instant) -> bool {
        let throughput = throughput.max(NONE);
        let last = self.last.filter(|last| *last <= now);
        let since = last.map_or(f64::MAX, |last| now.saturating_duration_since(last).as_secs_f64());
        let moved = (throughput / self.throughput).ln().abs() > MOVED + MOVED_ERRORS / f64::from(samples.max(1)).sqrt();
        if !service_time_known {
            self.gap = 0.0;
        } else if moved || since > 2.0 * LONGEST_GAP {
            self.gap = GAP;
        }
        if since < self.gap {
            return false;
        }
        self.gap = (self.gap * 2.0).clamp(GAP, LONGEST_GAP);
        self.now = Some((DIP_CALLS.max(samples / DIP_PART), now.saturating_add(Duration::from_secs_f64(DIP_SECONDS))));
        (self.last, self.throughput) = (Some(now), throughput);
        true
    }
}
