//! What hedging costs: calls that are armed, calls that fire, and the tracker on its own.

use crate::calls;
use crate::rounds::{Case, both, case, plain};
use recourse::Executor;
use recourse::hedge::{LatencyRing, LatencyTracker};
use recourse::time::Instant;
use std::sync::Arc;
use std::time::Duration;

/// Makes an executor the process-wide one that times one call in eight.
///
/// # Panics
///
/// Where a guarded function has run before.
pub fn sample() {
    Executor::builder().latency_sample(8).install().expect("no guarded function has run yet");
}

/// Calls under a hedge.
pub fn calls() -> Vec<Case> {
    vec![
        case("hedge p99", || calls::ready_hedge(1)),
        case("retry+hedge p99", || calls::ready_retry_hedge(1)),
        case("hedge p99, pending", || calls::yields_hedge(1)),
        case("retry+hedge p99, pending", || calls::yields_retry_hedge(1)),
        case("hedge fired at once, pending", || calls::yields_hedged_at_once(1)),
    ]
}

/// The tracker. `kept`: ten calls a second come, and each is kept; the others come every microsecond, and the full ring takes
/// what it takes of them.
pub fn tracker() -> Vec<Case> {
    const BUSY: Duration = Duration::from_micros(1);
    const SLOW: Duration = Duration::from_millis(100);
    let (read, snapshot) = (full(), full());
    let (busy, slow, busy_read, slow_read) = (full(), full(), full(), full());
    let (mut first, mut second) = (Stream::new(BUSY), Stream::new(SLOW));
    let (mut third, mut fourth) = (Stream::new(BUSY), Stream::new(SLOW));
    let (shared, shared_slow) = (Arc::new(full()), Arc::new(full()));
    vec![
        plain("tracker: observe", move || first.next(&busy)),
        plain("tracker: observe, kept", move || second.next(&slow)),
        plain("tracker: observe + read", move || (third.next(&busy_read), busy_read.percentile(99))),
        plain("tracker: observe + read, kept", move || (fourth.next(&slow_read), slow_read.percentile(99))),
        plain("tracker: read", move || read.percentile(99)),
        plain("tracker: snapshot", move || snapshot.snapshot()),
        both("tracker: observe, 2 threads", move || {
            let (ring, mut stream) = (shared.clone(), Stream::new(BUSY));
            move || stream.next(&ring)
        }),
        both("tracker: observe, kept, 2 threads", move || {
            let (ring, mut stream) = (shared_slow.clone(), Stream::new(SLOW));
            move || stream.next(&ring)
        }),
    ]
}

fn full() -> LatencyRing {
    let (ring, mut stream) = (LatencyRing::default(), Stream::new(Duration::from_millis(100)));
    (0..1_000).for_each(|_| stream.next(&ring));
    ring
}

/// A cheap stream of plausible latencies, 0.1 to 1.1 ms, on a clock that goes so far with each.
#[derive(Debug)]
pub struct Stream {
    state: u32,
    now: Instant,
    step: Duration,
}

impl Stream {
    /// Starts it.
    pub fn new(step: Duration) -> Self {
        Self { state: 1, now: Instant::now(), step }
    }

    /// The next latency, in microseconds.
    #[inline]
    pub fn micros(&mut self) -> u32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        100 + (self.state & 1023)
    }

    #[inline]
    fn next(&mut self, ring: &LatencyRing) {
        self.now = self.now.saturating_add(self.step);
        ring.observe(Duration::from_micros(u64::from(self.micros())), self.now);
    }
}
