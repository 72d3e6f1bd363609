//! Averages that several of the algorithms use.

use super::Ended;

/// `WindowedLimit` of Netflix/concurrency-limits with its defaults: the mean of the calls of a second, of at least ten.
#[derive(Debug, Default)]
pub(crate) struct SecondWindow {
    next: f64,
    sum: f64,
    count: f64,
    running: f64,
    late: bool,
}

impl SecondWindow {
    /// Adds a call. Returns the window as one call, once it is over.
    pub(crate) fn add(&mut self, call: Ended) -> Option<Ended> {
        self.sum += call.latency;
        self.count += 1.0;
        self.running = self.running.max(call.running);
        self.late |= call.late;
        if call.now <= self.next {
            return None;
        }
        let whole = Ended { latency: self.sum / self.count, running: self.running, late: self.late, ..call };
        let ready = self.count >= 10.0;
        *self = Self { next: call.now + 1.0, ..Self::default() };
        ready.then_some(whole)
    }
}

/// `ExpAvgMeasurement` of Netflix/concurrency-limits, which failsafe-go has as `Ewma`: a mean of the first ten values, then an exponential one.
#[derive(Debug)]
pub(crate) struct ExponentialMean {
    factor: f64,
    count: f64,
    sum: f64,
    pub(crate) value: f64,
}

impl ExponentialMean {
    pub(crate) fn new(age: f64) -> Self {
        Self { factor: 2.0 / (age + 1.0), count: 0.0, sum: 0.0, value: 0.0 }
    }

    pub(crate) fn add(&mut self, value: f64) -> f64 {
        if self.count < 10.0 {
            self.count += 1.0;
            self.sum += value;
            self.value = self.sum / self.count;
        } else {
            self.value += (value - self.value) * self.factor;
        }
        self.value
    }
}
