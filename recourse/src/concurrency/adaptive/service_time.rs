//! The service time: how long the dependency takes for a call that does not have to stand in line.

use super::constants::{BATCH, JUMP, JUMP_ERRORS, MEMORY, MEMORY_AFTER_JUMP};

/// Learned from calls that were admitted while few were in flight, in batches. In seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct ServiceTime {
    seconds: f64,
    known: bool,
    sum: f64,
    count: u32,
}

/// The shortest time that a call takes: no logarithm of nothing.
const SHORTEST: f64 = 1e-9;

impl ServiceTime {
    /// The value, if there is one. It may be a first guess; see [`is_known`](Self::is_known).
    pub(super) fn seconds(&self) -> Option<f64> {
        (self.seconds > 0.0).then_some(self.seconds)
    }

    /// True once a whole batch was seen.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// Adds a call that was admitted while few were in flight.
    pub(super) fn add(&mut self, seconds: f64) {
        self.sum += seconds.max(SHORTEST);
        self.count += 1;
    }

    /// Forgets the batch.
    pub(super) fn clear(&mut self) {
        (self.sum, self.count) = (0.0, 0);
    }

    /// Learns from the batch if it is complete. Returns true if it was not.
    pub(super) fn learn(&mut self) -> bool {
        let few = self.count < BATCH;
        if self.count == 0 || few && self.known {
            return few;
        }
        let count = f64::from(self.count);
        let mean = self.sum / count;
        if self.known {
            let jumped = (mean / self.seconds).ln().abs() > JUMP + JUMP_ERRORS / count.sqrt();
            let memory = if jumped { MEMORY_AFTER_JUMP } else { MEMORY };
            self.seconds += (mean - self.seconds) * count / (count + memory);
        } else {
            self.seconds = mean;
            self.known = !few;
        }
        if !few {
            self.clear();
        }
        few
    }
}
