//! How many requests may be refused because of what their callers say: plain code that takes `now`.
//!
//! A caller that sends absurd deadlines would be refused whatever it asks for, and if all callers go through one that does (a proxy with a
//! wrong setting) everybody would be. So such refusals are bounded to a share of the requests in a sliding window.

use crate::time::{Instant, nanos};
use std::time::Duration;

/// The window over which requests are counted.
pub(super) const WINDOW: Duration = Duration::from_secs(10);

/// The window in steps of half a second: the current one and those before it.
const STEPS: usize = 20;

/// What happened in one step.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    number: u64,
    requests: u64,
    refused: u64,
}

/// Bounds refusals to a share of the requests of the last [`WINDOW`].
#[derive(Clone, Debug)]
pub(super) struct Valve {
    percent: u8,
    steps: [Step; STEPS],
    latest: u64,
}

impl Valve {
    /// Creates a valve that lets at most this percentage of requests be refused; 100 bounds nothing.
    pub(super) fn new(percent: u8) -> Self {
        Self { percent: percent.min(100), steps: [Step::default(); STEPS], latest: 0 }
    }

    /// Counts a request.
    pub(super) fn count(&mut self, now: Instant) {
        self.step(now).requests += 1;
    }

    /// Returns true if a request that was counted may be refused, and counts the refusal.
    pub(super) fn may_refuse(&mut self, now: Instant) -> bool {
        self.step(now);
        let oldest = self.latest.saturating_sub(STEPS as u64 - 1);
        let inside = self.steps.iter().filter(|step| step.number >= oldest);
        let (requests, refused) =
            inside.fold((0, 0), |(requests, refused), step| (requests + step.requests, refused + step.refused));
        let may = (refused + 1) * 100 <= requests * u64::from(self.percent);
        if may {
            self.step(now).refused += 1;
        }
        may
    }

    /// The step of this moment. A clock that went back a little counts in the latest step, and one that went back by more than the window
    /// begins anew.
    fn step(&mut self, now: Instant) -> &mut Step {
        let mut number = now.as_nanos() / (nanos(WINDOW) / STEPS as u64);
        if number < self.latest {
            if self.latest - number < STEPS as u64 {
                number = self.latest;
            } else {
                self.steps = [Step::default(); STEPS];
            }
        }
        self.latest = number;
        let place = usize::try_from(number % STEPS as u64).unwrap_or_default();
        let step = &mut self.steps[place];
        if step.number != number {
            *step = Step { number, ..Step::default() };
        }
        step
    }
}

#[cfg(test)]
mod tests;
