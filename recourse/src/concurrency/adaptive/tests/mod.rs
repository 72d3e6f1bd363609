//! The law, with made-up times: alone, and in front of a small simulated server.

mod alone;
mod server;

use super::AdaptiveLimit;
use crate::concurrency::{Limit, LimitChange, Sample, Share};
use crate::time::Instant;
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);

fn at(seconds: f64) -> Instant {
    START.saturating_add(Duration::from_secs_f64(seconds))
}

/// A window of calls that come evenly from `from` on for `seconds`.
struct Window {
    from: f64,
    seconds: f64,
    calls: u32,
    /// Of each call: its latency in milliseconds, the number in flight, whether it is given up, and how many are refused beside it.
    ms: f64,
    running: u32,
    late: bool,
    refused: u32,
}

impl Window {
    /// Feeds the window to a limit. Returns the changes.
    fn feed(&self, limit: &AdaptiveLimit, share: Share) -> Vec<LimitChange> {
        let mut changes = Vec::new();
        for call in 1..=self.calls {
            let now = at(self.from + self.seconds * f64::from(call) / f64::from(self.calls));
            limit.admitted(share, self.running, now);
            (0..self.refused).for_each(|_| limit.refused(share));
            let latency = Duration::from_secs_f64(self.ms / 1_000.0);
            let sample = if self.late { Sample::timed_out } else { Sample::answered };
            changes.extend(limit.ended(sample(latency, self.running), now));
        }
        changes
    }
}
