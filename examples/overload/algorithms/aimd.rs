//! Additive increase, multiplicative decrease.

use super::{Algorithm, Ended};

/// One more for each call below a threshold, half for each call above it: as the crate tower-resilience-adaptive does by default, with a
/// threshold of 100 ms.
#[derive(Debug)]
pub(crate) struct PerCall(f64);

impl PerCall {
    pub(crate) fn new() -> Self {
        Self(20.0)
    }
}

impl Algorithm for PerCall {
    fn limit(&self) -> f64 {
        self.0
    }

    fn ended(&mut self, call: Ended) {
        let slow = call.late || call.latency > 0.1;
        self.0 = if slow { (self.0 * 0.5).max(1.0) } else { (self.0 + 1.0).min(1_000.0) };
    }
}

/// `AIMDLimit` of Netflix/concurrency-limits, for which a call that is given up counts as dropped.
#[derive(Debug)]
pub(crate) struct Netflix {
    limit: f64,
    bounds: (f64, f64),
}

impl Netflix {
    pub(crate) fn new(initial: f64, min: f64, max: f64) -> Self {
        Self { limit: initial, bounds: (min, max) }
    }
}

impl Algorithm for Netflix {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn ended(&mut self, call: Ended) {
        if call.late {
            self.limit = (self.limit * 0.9).floor().min(self.limit - 1.0);
        } else if call.running * 2.0 >= self.limit {
            self.limit += 1.0;
        }
        self.limit = self.limit.clamp(self.bounds.0, self.bounds.1);
    }
}
