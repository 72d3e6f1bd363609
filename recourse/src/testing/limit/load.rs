//! Scenarios of load: calls that are given up, and the recovery.

use super::driver::{Driver, ensure};
use crate::concurrency::Sample;
use std::collections::VecDeque;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(1);
/// The number of ticks in a minute.
const MINUTE: u32 = 60_000;
const MINUTES: u32 = 5;

/// Lets a call come every millisecond for some time; each that is admitted ends after `ticks`.
fn play(driver: &mut Driver, time: u32, ticks: u32, sample: fn(Duration, u32) -> Sample, mut seen: impl FnMut(u32)) {
    let mut running: VecDeque<(u32, u32)> = VecDeque::new();
    let latency = TICK * ticks;
    for tick in 0..time {
        driver.passes(TICK);
        while let Some((_, number)) = running.front().copied().filter(|(started, _)| tick - started >= ticks) {
            running.pop_front();
            driver.ends(sample(latency, number).left(in_flight(&running)));
        }
        if let Some(number) = driver.comes(in_flight(&running)) {
            running.push_back((tick, number));
        }
        seen(driver.allows());
    }
    for (_, number) in running {
        driver.ends(sample(latency, number));
    }
}

fn in_flight<T>(running: &VecDeque<T>) -> u32 {
    u32::try_from(running.len()).unwrap_or(u32::MAX)
}

pub(super) fn check(new: &dyn Fn() -> Driver) {
    let mut driver = new();
    let first = driver.allows();
    play(&mut driver, MINUTE, 300, Sample::timed_out, drop);
    let after = driver.allows();
    ensure!(after <= first, "a minute of nothing but time-outs made it {after} from {first}");
    recovers(&mut driver, first, "after a minute of time-outs");
}

/// Checks that quick answers raise the limit if something had lowered it.
pub(super) fn recovers(driver: &mut Driver, first: u32, when: &str) {
    let lowest = driver.allows();
    let mut highest = 0;
    for _ in 0..MINUTES {
        play(driver, MINUTE, 10, Sample::answered, |limit| highest = highest.max(limit));
        if highest > lowest || highest >= first {
            return;
        }
    }
    panic!(
        "limit_conformance: {when} it is {lowest}, and {MINUTES} minutes of quick answers do not raise it, though calls are refused: it is wedged"
    );
}
