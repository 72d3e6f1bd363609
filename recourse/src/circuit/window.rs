//! A sliding window over time that takes the same memory however many results it holds.
//!
//! The window is cut into 20 to 40 steps, and a result is counted in the step it falls into. A step is a power of two of nanoseconds
//! long, so the step of a moment is one shift away. The window is what the last steps cover, the current one included: never more
//! than the configured duration, and less than a tenth less.
//!
//! # Design notes
//!
//! - Steps are counted from the first result, not from the clock's origin. So a test on a paused clock gives the same result on
//!   every machine.
//! - Failures in a row and failure rates share this window.
//! - Two steps may be missing: the current one has only begun, and what is left of the duration after its whole steps is less than
//!   one. So a step is a twentieth of the duration at most.
//! - Each slot of a ring remembers which step it counts, so nothing has to be cleared as time passes: a slot of an old step is
//!   outside the window, and is overwritten when its turn comes.

use crate::time::{Instant, nanos};
use std::time::Duration;

/// Slots of a ring: more than a window has steps, so that a step that has just left the window is not overwritten while
/// another thread, whose clock reading is a little older, still counts it.
pub(super) const SLOTS: usize = 64;

/// The steps of a window at least; there are at most twice as many.
const LEAST_STEPS: u64 = 20;

/// How a window is cut into steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// A step is `2^shift` nanoseconds long.
    pub(super) shift: u32,
    steps: u32,
}

impl Scale {
    /// The scale of a window: its steps are the longest that are no more than a twentieth of it.
    pub(super) fn of(window: Duration) -> Self {
        let window = nanos(window).max(LEAST_STEPS);
        let shift = (window / LEAST_STEPS).ilog2();
        Self { shift, steps: u32::try_from(window >> shift).unwrap_or(u32::MAX) }
    }

    /// The step that `now` falls into.
    pub(super) const fn step(self, origin: Instant, now: Instant) -> u32 {
        step(self.shift, origin, now)
    }

    /// Returns true if `step` is in the window that ends with `current`, or as close after it: the clock of another thread may be
    /// a little ahead. A step further away is left over from a clock that went back, or from another scale.
    pub(super) const fn covers(self, step: u32, current: u32) -> bool {
        ahead(current, step).unsigned_abs() < self.steps
    }
}

/// Returns the step of `now`, counted from `origin` in both directions and modulo 2^32, which is years.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the remainder of a signed distance is wanted"
)]
pub(super) const fn step(shift: u32, origin: Instant, now: Instant) -> u32 {
    (now.as_nanos().wrapping_sub(origin.as_nanos()) as i64 >> shift) as u32
}

/// Returns how many steps `step` is ahead of `other`, which is negative if it is behind. Right across the wrap-around of steps.
#[expect(clippy::cast_possible_wrap, reason = "half of all distances are negative")]
const fn ahead(step: u32, other: u32) -> i32 {
    step.wrapping_sub(other) as i32
}

/// Returns the index of a step in a ring of [`SLOTS`].
pub(super) const fn slot(step: u32) -> usize {
    step as usize % SLOTS
}

/// Failures by step.
#[derive(Clone, Debug)]
pub(super) struct Failures {
    /// Pairs of a step and its failures.
    slots: [(u32, u32); SLOTS],
    /// The last step in which something failed.
    latest: Option<u32>,
}

impl Failures {
    pub(super) const fn new() -> Self {
        Self { slots: [(0, 0); SLOTS], latest: None }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// Counts a failure in `step`. Returns the step that it was counted in, which is the latest one if the clock went back a
    /// little.
    pub(super) fn add(&mut self, scale: Scale, step: u32) -> u32 {
        let step = match self.latest {
            Some(latest) if ahead(latest, step) > 0 => {
                if scale.covers(latest, step) {
                    latest
                } else {
                    // The clock went back by more than a window, so nothing from before can be compared. If it were kept, it
                    // would add up with every failure until the clock is there again.
                    self.clear();
                    step
                }
            }
            _ => step,
        };
        self.latest = Some(step);
        if let Some(slot) = self.slots.get_mut(slot(step)) {
            // The slot still counts a step of an earlier turn of the ring.
            if slot.0 != step {
                *slot = (step, 0);
            }
            slot.1 = slot.1.saturating_add(1);
        }
        step
    }

    /// Adds up the failures in the window that ends with `current`.
    pub(super) fn total(&self, scale: Scale, current: u32) -> u64 {
        let inside = self.slots.iter().filter(|(step, _)| scale.covers(*step, current));
        inside.map(|(_, count)| u64::from(*count)).sum()
    }
}
