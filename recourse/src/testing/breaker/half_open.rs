//! Scenarios of a half-open breaker: which calls are admitted, and how the place of a probe is given back.

use super::driver::{Driver, ensure};
use crate::circuit::{Permit, State};
use crate::outcome::Class;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

pub(super) fn check(new: &dyn Fn() -> Driver) {
    probes_are_bounded_and_give_their_places_back(new());
    a_silent_probe_does_not_wedge_it(new());
    failing_probes_open_it_again(new());
    succeeding_probes_close_it(new());
}

/// Drops a permit while a panic unwinds.
fn panics_with(permit: Permit) {
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _held = permit;
        resume_unwind(Box::new(()));
    }));
    debug_assert!(unwound.is_err(), "it was made to");
}

fn probes_are_bounded_and_give_their_places_back(mut driver: Driver) {
    let mut probes = vec![driver.first_probe()];
    driver.fills(&mut probes);
    let width = probes.len();
    for turn in 0..300 {
        let Some(permit) = probes.pop() else { return };
        match turn % 2 {
            0 => drop(permit),
            _ => panics_with(permit),
        }
        let state = driver.state();
        ensure!(state == State::HalfOpen, "a probe that was dropped without a verdict made it {state}");
        let by = if turn % 2 == 0 { "after a probe was dropped" } else { "after a probe was dropped by a panic" };
        probes.push(driver.admits(by));
        let decision = driver.asks();
        ensure!(decision.permit.is_none(), "{by} there is room for more than one");
    }
    probes.clear();
    driver.fills(&mut probes);
    let refilled = probes.len();
    ensure!(refilled == width, "after all probes were dropped {refilled} go at a time, and {width} at first");
}

fn a_silent_probe_does_not_wedge_it(mut driver: Driver) {
    let mut silent = vec![driver.first_probe()];
    driver.fills(&mut silent);
    let width = silent.len();
    let mut probes = Vec::new();
    for _ in 0..3 {
        let decision = driver.comes_back("with probes on their way that never report");
        probes.extend(decision.permit);
        driver.fills(&mut probes);
        silent.append(&mut probes);
    }
    // These probes made room long ago, so dropping them must give no second place back.
    let last = silent.split_off(silent.len().saturating_sub(width));
    drop(silent);
    let mut more = Vec::new();
    driver.fills(&mut more);
    let out = more.len() + last.len();
    ensure!(out <= width, "dropping probes that made room already lets {out} go at a time, and not {width}");
    drop((last, more));
    driver.fills(&mut probes);
    let refilled = probes.len();
    ensure!(refilled == width, "after silent probes were dropped {refilled} go at a time, and {width} at first");
}

fn failing_probes_open_it_again(mut driver: Driver) {
    for _ in 0..3 {
        let probe = if driver.state() == State::Closed { driver.first_probe() } else { driver.next_probe() };
        let to = driver.settles(probe, Class::RETRYABLE).to;
        ensure!(to == State::Open, "failing probes made it {to}");
        driver.refuses("right after failing probes opened it again");
    }
}

fn succeeding_probes_close_it(mut driver: Driver) {
    let mut first = None;
    for _ in 0..3 {
        let failures = driver.opens();
        let expected = *first.get_or_insert(failures);
        ensure!(
            failures >= expected,
            "once it had closed again {failures} failures opened it, and {expected} at first"
        );
        let probe = driver.next_probe();
        let to = driver.settles(probe, Class::Success).to;
        ensure!(to == State::Closed, "succeeding probes made it {to}");
        let held = (0..200).map(|_| driver.admits("closed again by its probes")).collect::<Vec<_>>();
        drop(held);
        driver.passes(Duration::from_secs(3_600));
        ensure!(driver.state() == State::Closed, "an hour after it closed it is {}", driver.state());
    }
}
