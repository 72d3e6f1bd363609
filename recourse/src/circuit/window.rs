//! A window that slides over time in steps, and the failures in it. Its size in memory is fixed.

use crate::time::{Instant, nanos};
use std::time::Duration;

/// Slots of the ring: more than the most steps a window has, so that a step that has left it is not overwritten too early.
pub(super) const SLOTS: usize = 32;

/// How a window is cut into steps: 10 to 20 of them, each a power of two of nanoseconds long, so that the step of a moment is a
/// shift away. The window is what the last so many steps cover, the current one included: all of the last `D` but for less
/// than a tenth of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) shift: u32,
    steps: u32,
}

impl Scale {
    pub(super) fn of(window: Duration) -> Self {
        let window = nanos(window).max(10);
        let shift = (window / 10).ilog2();
        Self { shift, steps: u32::try_from(window >> shift).unwrap_or(u32::MAX) }
    }

    /// The step that a moment lies in.
    pub(super) const fn step(self, origin: Instant, now: Instant) -> u32 {
        step(self.shift, origin, now)
    }

    /// True where `step` is in the window that ends with `current`, or as near after it: another thread's clock is a little
    /// ahead. Further away lies what a clock left that went back, or another scale.
    pub(super) const fn covers(self, step: u32, current: u32) -> bool {
        current.wrapping_sub(step).cast_signed().unsigned_abs() < self.steps
    }
}

/// Counted from `origin`, in both directions, and modulo 2^32, which is years.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is the remainder that is wanted")]
pub(super) const fn step(shift: u32, origin: Instant, now: Instant) -> u32 {
    (now.as_nanos().wrapping_sub(origin.as_nanos()).cast_signed() >> shift) as u32
}

/// The place of a step in a ring of [`SLOTS`].
pub(super) const fn slot(step: u32) -> usize {
    step as usize % SLOTS
}

/// Failures by step.
#[derive(Clone, Debug)]
pub(super) struct Failures {
    slots: [(u32, u32); SLOTS],
    /// The last step that failed: a clock that goes back a little does not lead back.
    latest: Option<u32>,
}

impl Failures {
    pub(super) const fn new() -> Self {
        Self { slots: [(0, 0); SLOTS], latest: None }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// One more, in this step. Returns the step it was counted in: the latest, where that is ahead by less than a window.
    /// Where the clock is further back nothing from before is comparable. Kept, it would add up with all that fails until the
    /// clock is there again.
    pub(super) fn add(&mut self, scale: Scale, step: u32) -> u32 {
        let step = match self.latest {
            Some(latest) if latest.wrapping_sub(step).cast_signed() > 0 => {
                if scale.covers(latest, step) {
                    latest
                } else {
                    self.clear();
                    step
                }
            }
            _ => step,
        };
        self.latest = Some(step);
        if let Some(slot) = self.slots.get_mut(slot(step)) {
            if slot.0 != step {
                *slot = (step, 0);
            }
            slot.1 = slot.1.saturating_add(1);
        }
        step
    }

    /// Those in the window that ends with `current`.
    pub(super) fn total(&self, scale: Scale, current: u32) -> u64 {
        let inside = self.slots.iter().filter(|(step, _)| scale.covers(*step, current));
        inside.map(|(_, count)| u64::from(*count)).sum()
    }
}
