//! The adaptive limiter of failsafe-go with its defaults and without a queue. A call that is given up is dropped, as its documentation asks.

use super::averages::ExponentialMean;
use super::correlation::Correlation;
use super::vegas::logarithm;
use super::{Algorithm, Ended};
use crate::measured::quantile;

#[derive(Debug)]
pub(crate) struct Failsafe {
    limit: f64,
    /// The least number of samples of a window, and its least and longest time.
    window: (usize, f64, f64),
    latencies: Vec<f64>,
    running: f64,
    next: f64,
    /// The last five percentiles, for their median.
    recent: Vec<f64>,
    pub(crate) smoothed: ExponentialMean,
    pub(crate) baseline: ExponentialMean,
    throughput: Correlation,
    latency: Correlation,
}

impl Failsafe {
    pub(crate) fn new(samples: usize, least: f64, longest: f64) -> Self {
        Self {
            limit: 20.0,
            window: (samples, least, longest),
            latencies: Vec::new(),
            running: 0.0,
            next: 0.0,
            recent: Vec::new(),
            smoothed: ExponentialMean::new(5.0),
            baseline: ExponentialMean::new(10.0),
            throughput: Correlation::new(50, 10),
            latency: Correlation::new(50, 10),
        }
    }

    /// The median of the last five, or the value itself until there are five.
    pub(crate) fn median(&mut self, value: f64) -> f64 {
        self.recent.push(value);
        if self.recent.len() > 5 {
            self.recent.remove(0);
        }
        if self.recent.len() < 5 { value } else { quantile(&mut self.recent.clone(), 0.5) }
    }

    fn update(&mut self, recent: f64, running: f64, full: bool) {
        let baseline = self.baseline.add(recent);
        let queue = (self.limit * (1.0 - baseline / recent)).ceil();
        let (throughput, spread) = self.throughput.add(running, running / recent);
        let (latency, _) = self.latency.add(running, recent);
        let step = logarithm(self.limit);
        let overloaded =
            full && (throughput < 0.0 || throughput < 0.3 && latency > 0.5 || spread < 0.2 && latency > 0.5);
        let mut limit = self.limit;
        if queue > 6.0 * step || overloaded {
            limit -= step;
        } else if queue < 3.0 * step {
            limit += step;
        }
        if limit > running * 5.0 {
            limit = self.limit - step;
        }
        self.limit = limit.clamp(1.0, 200.0);
    }
}

impl Algorithm for Failsafe {
    fn limit(&self) -> f64 {
        self.limit
    }

    fn ended(&mut self, call: Ended) {
        if !call.late {
            self.latencies.push(call.latency);
            self.running = self.running.max(call.running);
        }
        if call.now <= self.next || self.latencies.len() < self.window.0 {
            return;
        }
        let least = self.latencies.iter().copied().fold(f64::MAX, f64::min);
        let percentile = quantile(&mut self.latencies, 0.9);
        let filtered = self.median(percentile);
        let recent = self.smoothed.add(filtered);
        self.update(recent, self.running, call.left + 1.0 >= self.limit.floor());
        self.latencies.clear();
        self.running = 0.0;
        self.next = call.now + (2.0 * least).clamp(self.window.1, self.window.2);
    }
}
