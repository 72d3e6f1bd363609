//! Scenarios of late results: those of attempts that were admitted before the state last changed.

use super::driver::{Driver, ensure};
use crate::circuit::{Permit, State};
use crate::outcome::Class;

pub(super) fn check(new: &dyn Fn() -> Driver) {
    results_from_before_it_opened_change_nothing(new());
    results_of_earlier_probes_change_nothing(new());
    results_from_before_a_reset_change_nothing(new());
}

const BOTH: [Class; 3] = [Class::Success, Class::RETRYABLE, Class::NonRetryable];

/// More successes than any policy asks of probes.
const SUCCESSES: usize = 150;

/// Takes more permits than are needed to open the breaker twice and to close it.
fn permits(driver: &Driver) -> Vec<Permit> {
    let failures = driver.opens();
    driver.resets();
    (0..failures * 2 + SUCCESSES + 20).map(|_| driver.admits("while it is closed")).collect()
}

fn results_from_before_it_opened_change_nothing(mut driver: Driver) {
    let mut early = permits(&driver);
    let mut end = |driver: &Driver| {
        for class in BOTH {
            if let Some(permit) = early.pop() {
                driver.ignores(permit, class, "a call from before it opened");
            }
        }
        drop(early.pop());
    };
    driver.opens();
    let wait = driver.refuses("right after it opened");
    end(&driver);
    let later = driver.refuses("open, after late results,");
    let kept = wait.zip(later).is_none_or(|(wait, later)| later <= wait);
    ensure!(kept, "a late failure put off the end of its cooldown, from {wait:?} to {later:?}");
    let mut probes = vec![driver.next_probe()];
    driver.fills(&mut probes);
    end(&driver);
    for permit in early.drain(..SUCCESSES) {
        driver.ignores(permit, Class::Success, "a call from before it opened");
    }
    driver.refuses("half-open with all probes on their way, after late results,");
    let Some(probe) = probes.pop() else { return };
    drop(probes);
    driver.settles(probe, Class::Success);
    for permit in early {
        driver.ignores(permit, Class::RETRYABLE, "a call from before it opened");
    }
    driver.goes("closed, after late failures,");
}

fn results_of_earlier_probes_change_nothing(mut driver: Driver) {
    for class in BOTH {
        let early = driver.first_probe();
        // If only one probe goes at a time, the next one goes when the first has been silent for long enough.
        let decision = driver.comes_back("with a probe on its way that never reports");
        let Some(probe) = decision.permit else { return };
        driver.settles(probe, Class::RETRYABLE);
        let mut probes = vec![driver.next_probe()];
        driver.fills(&mut probes);
        driver.ignores(early, class, "a probe from before it opened again");
        driver.refuses("half-open with all probes on their way, after the late result of an earlier one,");
        ensure!(driver.state() == State::HalfOpen, "the late result of an earlier probe made it {}", driver.state());
        drop(probes);
        driver.resets();
    }
}

fn results_from_before_a_reset_change_nothing(mut driver: Driver) {
    let early = permits(&driver);
    driver.resets();
    for permit in early {
        driver.ignores(permit, Class::RETRYABLE, "a call from before a reset");
    }
    let probe = driver.first_probe();
    driver.resets();
    let failures = driver.opens();
    driver.ignores(probe, Class::Success, "a probe from before a reset");
    driver.resets();
    let again = driver.opens();
    ensure!(again >= failures, "late results count: {again} failures open it after them, and {failures} at first");
}
