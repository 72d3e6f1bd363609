//! The gradient controller of Envoy's adaptive concurrency filter.

use super::{Algorithm, Ended};
use crate::measured::quantile;
use crate::random::Rng;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) percentile: f64,
    pub(crate) update: f64,
    pub(crate) interval: f64,
    pub(crate) jitter: f64,
    pub(crate) requests: usize,
    pub(crate) min: f64,
    pub(crate) buffer: f64,
}

impl Settings {
    /// The configuration of Envoy's documentation.
    pub(crate) const RECOMMENDED: Self =
        Self { percentile: 0.9, update: 0.1, interval: 60.0, jitter: 0.1, requests: 50, min: 3.0, buffer: 0.25 };
}

#[derive(Debug)]
pub(crate) struct Envoy {
    settings: Settings,
    limit: f64,
    /// The least latency, as last measured.
    least: f64,
    /// While the least latency is measured: the limit of before, and the start of the measurement.
    measuring: Option<(f64, f64)>,
    next_measurement: f64,
    next_update: f64,
    latencies: Vec<f64>,
    /// Updates in a row that left the limit at the minimum.
    at_min: u32,
    rng: Rng,
}

impl Envoy {
    pub(crate) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            limit: settings.min,
            least: 0.0,
            measuring: Some((settings.min, f64::MIN)),
            next_measurement: f64::MAX,
            next_update: 0.0,
            latencies: Vec::new(),
            at_min: 0,
            rng: Rng::new(seed + 99),
        }
    }

    fn take_percentile(&mut self) -> f64 {
        let value = quantile(&mut self.latencies, self.settings.percentile);
        self.latencies.clear();
        value
    }

    /// What its timers do: a new measurement, or another limit.
    pub(crate) fn tick(&mut self, now: f64) {
        if self.measuring.is_some() {
            return;
        }
        if now >= self.next_measurement {
            self.measuring = Some((self.limit, now));
            self.limit = self.settings.min;
            self.latencies.clear();
        } else if now >= self.next_update && !self.latencies.is_empty() {
            self.next_update = now + self.settings.update;
            let sample = self.take_percentile();
            let gradient = (self.least * (1.0 + self.settings.buffer) / sample).clamp(0.5, 2.0);
            let limit = self.limit * gradient;
            let old = self.limit;
            self.limit = (limit + limit.sqrt()).floor().clamp(self.settings.min, 1_000.0);
            let stays = old <= self.settings.min && self.limit <= self.settings.min;
            self.at_min = if stays { self.at_min + 1 } else { 0 };
            if self.at_min >= 5 {
                self.next_measurement = now;
            }
        }
    }
}

impl Algorithm for Envoy {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn ended(&mut self, call: Ended) {
        self.tick(call.now);
        match self.measuring {
            // A call that began before the measurement says nothing about it.
            Some((_, since)) if call.now - call.latency < since => {}
            Some((before, _)) => {
                self.latencies.push(call.latency);
                if self.latencies.len() >= self.settings.requests {
                    self.least = self.take_percentile();
                    (self.limit, self.measuring, self.at_min) = (before, None, 0);
                    self.next_update = call.now + self.settings.update;
                    let jitter = self.settings.jitter * self.rng.unit();
                    self.next_measurement = call.now + self.settings.interval * (1.0 + jitter);
                }
            }
            None => self.latencies.push(call.latency),
        }
    }
}
