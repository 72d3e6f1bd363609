//! Scenarios of odd calls, and of clocks that jump.

use super::driver::Driver;
use super::load::recovers;
use crate::concurrency::{Sample, Share};
use crate::time::Instant;
use std::time::Duration;

const LATENCIES: [Duration; 5] =
    [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(10), Duration::from_secs(86_400), Duration::MAX];
const RUNNING: [u32; 4] = [0, 1, 1_000, u32::MAX];

pub(super) fn check(new: &dyn Fn() -> Driver) {
    let mut driver = new();
    let first = driver.allows();
    let begin = driver.now;
    for time in [Duration::ZERO, Duration::from_micros(10), Duration::from_secs(1)] {
        odd_calls(&mut driver, time);
    }
    recovers(&mut driver, first, "after calls of all latencies");

    // Ahead by days, at both ends of time, and back: as an executor sees it that meets the paused clocks of several runtimes.
    let later = driver.now;
    let ahead = later.saturating_add(Duration::from_secs(30 * 86_400));
    for moment in [ahead, begin, Instant::from_nanos(u64::MAX), Instant::from_nanos(1), later] {
        driver.now = moment;
        odd_calls(&mut driver, Duration::from_millis(10));
    }
    driver.now = later;
    recovers(&mut driver, first, "after a clock that jumped");
}

/// Ends that nobody would expect, one after another, each so much later.
fn odd_calls(driver: &mut Driver, time: Duration) {
    for turn in 0..200 {
        for latency in LATENCIES {
            for running in RUNNING {
                driver.passes(time);
                let sample = if turn % 3 == 0 { Sample::timed_out } else { Sample::answered };
                // Now and then an end of which nobody saw the beginning.
                if turn % 7 > 0 {
                    driver.limit.admitted(Share::ALL, running, driver.now);
                }
                driver.limit.refused(Share::ALL);
                driver.ends(sample(latency, running).left(running / 2));
                driver.ceiling();
            }
        }
    }
}
