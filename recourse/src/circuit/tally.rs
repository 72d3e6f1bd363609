//! The failures of a closed breaker, and the decision that they are too many.

use super::window::{Failures, Scale};
use crate::time::Instant;
use recourse_policy::Trip;

/// Failures since the breaker closed: those in a row, and, if the policy has a window, those in the window. Successes are counted
/// elsewhere, without a lock; see `stripes.rs`.
#[derive(Debug)]
pub(super) struct Tally {
    scale: Option<Scale>,
    in_window: Failures,
    in_a_row: u32,
}

impl Tally {
    /// An empty tally for a policy that trips by `trip`.
    pub(super) fn new(trip: Trip) -> Self {
        let scale = match trip {
            Trip::Failures { window, .. } => window.map(Scale::of),
            Trip::Rate { window, .. } => Some(Scale::of(window)),
            _ => None,
        };
        Self { scale, in_window: Failures::new(), in_a_row: 0 }
    }

    pub(super) fn scale(&self) -> Option<Scale> {
        self.scale
    }

    pub(super) fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// Counts a failure. Returns true if the breaker has to open.
    pub(super) fn fail(
        &mut self,
        trip: Trip,
        successes_in: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> bool {
        self.in_a_row = self.in_a_row.saturating_add(1);
        let in_window = self.scale.map(|scale| {
            let step = self.in_window.add(scale, scale.step(origin, now));
            (self.in_window.total(scale, step), scale, step)
        });
        match (trip, in_window) {
            (Trip::Failures { failures, .. }, None) => self.in_a_row >= failures,
            // A success clears the window, so the failures in it are a row, too.
            (Trip::Failures { failures, .. }, Some((total, ..))) => total >= u64::from(failures),
            (Trip::Rate { percent, min_calls, .. }, Some((failed, scale, step))) => {
                let calls = failed.saturating_add(successes_in(scale, step));
                // Exact in integers: a rate of exactly `percent` does not open.
                calls >= u64::from(min_calls) && u128::from(failed) * 100 > u128::from(percent) * u128::from(calls)
            }
            _ => false,
        }
    }

    /// The failures that count now, and the calls they are a share of.
    pub(super) fn totals(
        &self,
        successes_in: impl FnOnce(Scale, u32) -> u64,
        origin: Instant,
        now: Instant,
    ) -> (u64, u64) {
        let Some(scale) = self.scale else { return (self.in_a_row.into(), self.in_a_row.into()) };
        let step = scale.step(origin, now);
        let failures = self.in_window.total(scale, step);
        (failures, failures.saturating_add(successes_in(scale, step)))
    }

    /// Forgets all failures.
    pub(super) fn clear(&mut self) {
        // The window is 520 bytes; without a failure in a row there is nothing in it to clear.
        if self.in_a_row > 0 {
            self.in_a_row = 0;
            self.in_window.clear();
        }
    }
}
