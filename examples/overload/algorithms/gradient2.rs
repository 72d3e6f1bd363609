//! `Gradient2Limit` of Netflix/concurrency-limits with its defaults, in windows of a second.

use super::averages::{ExponentialMean, SecondWindow};
use super::{Algorithm, Ended};

#[derive(Debug)]
pub(crate) struct Gradient2 {
    limit: f64,
    min: f64,
    window: SecondWindow,
    long: ExponentialMean,
}

const TOLERANCE: f64 = 1.5;
const QUEUE: f64 = 4.0;
const SMOOTHING: f64 = 0.2;

impl Gradient2 {
    pub(crate) fn new(min: f64) -> Self {
        Self { limit: 20.0, min, window: SecondWindow::default(), long: ExponentialMean::new(600.0) }
    }

    /// Learns from a window.
    pub(crate) fn update(&mut self, latency: f64, running: f64) {
        let long = self.long.add(latency);
        if long / latency > 2.0 {
            self.long.value *= 0.95;
        }
        if running < self.limit / 2.0 {
            return;
        }
        let gradient = (TOLERANCE * long / latency).clamp(0.5, 1.0);
        let aim = self.limit * gradient + QUEUE;
        self.limit = (self.limit * (1.0 - SMOOTHING) + aim * SMOOTHING).clamp(self.min, 200.0);
    }
}

impl Algorithm for Gradient2 {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn ended(&mut self, call: Ended) {
        if let Some(window) = self.window.add(call) {
            self.update(window.latency, window.running);
        }
    }
}
