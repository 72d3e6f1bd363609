//! What tower's hedge keeps of latencies: two HDR histograms of milliseconds behind a mutex, turned over as time goes.

use hdrhistogram::Histogram;
use recourse_benches::hedging::Stream;
use recourse_benches::rounds::{Case, both, plain};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

pub(crate) fn peers() -> Vec<Case> {
    let (observed, both_done, read) = (Rotating::full(), Rotating::full(), Rotating::full());
    let shared = Arc::new(Rotating::full());
    let stream = || Stream::new(Duration::ZERO);
    let (mut first, mut second) = (stream(), stream());
    vec![
        plain("histogram: observe", move || observed.observe(millis(&mut first))),
        plain("histogram: observe + read", move || (both_done.observe(millis(&mut second)), both_done.p99())),
        plain("histogram: read", move || read.p99()),
        both("histogram: observe, 2 threads", move || {
            let (shared, mut stream) = (shared.clone(), stream());
            move || shared.observe(millis(&mut stream))
        }),
    ]
}

/// 6 to 70 of them.
fn millis(stream: &mut Stream) -> u64 {
    u64::from(stream.micros() / 16)
}

/// As in tower's `hedge::rotating_histogram`, with its clock.
struct Rotating(Mutex<Turns>);

struct Turns {
    read: Histogram<u64>,
    write: Histogram<u64>,
    since: Instant,
    every: Duration,
}

impl Rotating {
    fn full() -> Self {
        let histogram = || Histogram::new(3).expect("three digits are fine");
        let every = Duration::from_hours(1);
        let mut turns = Turns { read: histogram(), write: histogram(), since: Instant::now(), every };
        let mut stream = Stream::new(Duration::ZERO);
        for _ in 0..1_000 {
            turns.read.record(millis(&mut stream)).expect("it grows as it has to");
        }
        Self(Mutex::new(turns))
    }

    fn observe(&self, millis: u64) {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.turn();
        let _ = turns.write.record(millis);
    }

    fn p99(&self) -> u64 {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.turn();
        turns.read.value_at_quantile(0.99)
    }
}

impl Turns {
    fn turn(&mut self) {
        let late = Instant::now().saturating_duration_since(self.since);
        if late < self.every {
            return;
        }
        if late >= 2 * self.every {
            self.read.clear();
        }
        std::mem::swap(&mut self.read, &mut self.write);
        self.write.clear();
        self.since = Instant::now();
    }
}
