//! `VegasLimit` of Netflix/concurrency-limits with its defaults.

use super::averages::SecondWindow;
use super::{Algorithm, Ended};
use crate::random::Rng;

#[derive(Debug)]
pub(crate) struct Vegas {
    limit: f64,
    max: f64,
    /// Alpha and beta, unless they are multiples of the logarithm of the limit.
    thresholds: Option<(f64, f64)>,
    window: SecondWindow,
    /// The latency without load, 0 until it is known.
    least: f64,
    probes: f64,
    jitter: f64,
    rng: Rng,
}

/// The logarithm of a limit, as a whole number, at least 1.
pub(crate) fn logarithm(limit: f64) -> f64 {
    limit.floor().log10().floor().max(1.0)
}

impl Vegas {
    /// As it is used: in windows of a second.
    pub(crate) fn windowed(seed: u64) -> Self {
        Self::new(20.0, 1_000.0, None, seed + 77)
    }

    pub(crate) fn new(initial: f64, max: f64, thresholds: Option<(f64, f64)>, seed: u64) -> Self {
        let window = SecondWindow::default();
        Self { limit: initial, max, thresholds, window, least: 0.0, probes: 0.0, jitter: 0.75, rng: Rng::new(seed) }
    }

    /// Learns from a window.
    pub(crate) fn update(&mut self, latency: f64, running: f64, late: bool) {
        self.probes += 1.0;
        if self.jitter * 30.0 * self.limit <= self.probes {
            self.jitter = 0.5 + 0.5 * self.rng.unit();
            (self.probes, self.least) = (0.0, latency);
            return;
        }
        if self.least <= 0.0 || latency < self.least {
            self.least = latency;
            return;
        }
        let queue = (self.limit * (1.0 - self.least / latency)).ceil();
        let step = logarithm(self.limit);
        let (alpha, beta) = self.thresholds.unwrap_or((3.0 * step, 6.0 * step));
        if late {
            self.limit -= step;
        } else if running * 2.0 < self.limit {
            return;
        } else if queue <= step {
            self.limit += beta;
        } else if queue < alpha {
            self.limit += step;
        } else if queue > beta {
            self.limit -= step;
        }
        self.limit = self.limit.clamp(1.0, self.max);
    }
}

impl Algorithm for Vegas {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn ended(&mut self, call: Ended) {
        if let Some(window) = self.window.add(call) {
            self.update(window.latency, window.running, window.late);
        }
    }
}
