//! Scenarios of a closed and an open breaker, of resets and policies, and of odd clocks.

use super::driver::{Driver, ensure};
use crate::circuit::State;
use crate::outcome::Class;
use crate::time::{Instant, nanos};
use recourse_policy::CircuitPolicy;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

pub(super) fn check(new: &dyn Fn() -> Driver, policy: &CircuitPolicy) {
    only_failures_open_it(&new());
    stays_shut_until_it_said(new(), Class::RETRYABLE);
    stays_shut_until_it_said(new(), Class::NonRetryable);
    a_reset_closes_it(new());
    a_policy_is_taken_over_or_not(&new(), policy);
    no_moment_makes_it_panic(&new());
}

fn only_failures_open_it(driver: &Driver) {
    let first = driver.opens();
    driver.resets();
    let held = (0..100).map(|_| driver.admits("with many calls on their way")).collect::<Vec<_>>();
    drop(held);
    for _ in 0..first * 3 {
        driver.goes("while it is closed");
        ensure!(
            driver.state() == State::Closed,
            "a permit that was dropped without a verdict made it {}",
            driver.state()
        );
    }
    for _ in 0..first * 3 {
        let changed = driver.records(driver.admits("while it is closed"), Class::Success);
        ensure!(changed.is_none(), "successes made it {}", driver.state());
    }
    ensure!(driver.breaker.reset(driver.now).is_none(), "a reset of a closed breaker tells a change of state");
}

fn stays_shut_until_it_said(mut driver: Driver, failures: Class) {
    driver.opens_by(failures);
    let wait = driver.refuses("right after it opened");
    for _ in 0..1_000 {
        driver.refuses("open, while the clock stands still,");
    }
    let opened = driver.now;
    if let Some(wait) = wait {
        driver.passes(wait / 2);
        driver.refuses("half way to the moment it named itself");
        ensure!(driver.state() == State::Open, "half way to the moment it named itself it is {}", driver.state());
    }
    for back in [Duration::from_nanos(1), Duration::from_secs(3_600), Duration::MAX] {
        driver.now = Instant::from_nanos(opened.as_nanos().saturating_sub(nanos(back)));
        let decision = driver.breaker.allow(driver.now);
        ensure!(decision.permit.is_none(), "open, while the clock went back, it admits a call");
        ensure!(decision.state == State::Open, "open, while the clock went back, it is {}", decision.state);
    }
    // Last: a breaker may take a clock that went back for another one, and count from there.
    driver.now = opened;
    drop(driver.comes_back("after it opened"));
}

fn a_reset_closes_it(mut driver: Driver) {
    let first = driver.opens();
    driver.resets();
    driver.goes("after a reset");
    let probe = driver.first_probe();
    driver.resets();
    drop(probe);
    driver.goes("after a reset");
    let again = driver.opens();
    ensure!(again >= first, "after a reset {again} failures open it, and {first} at first: it remembers some");
}

fn a_policy_is_taken_over_or_not(driver: &Driver, policy: &CircuitPolicy) {
    let taken = |policy: &CircuitPolicy, from: State| {
        let took = driver.breaker.set_policy(policy, driver.now);
        let (now, said) = (driver.state(), if took { "took over" } else { "kept" });
        ensure!(now == from, "it {said} a policy, was {from} before, and is {now}");
        took
    };
    // The breaker may have been made with another policy, so the first result says nothing.
    taken(policy, State::Closed);
    driver.opens();
    ensure!(!taken(policy, State::Open), "it takes over a policy that it has already");
    let other = policy.probes(policy.probes + 1);
    let took = taken(&other, State::Open);
    ensure!(!taken(&other, driver.state()), "it takes over a policy that it has already");
    if took {
        driver.resets();
        driver.goes("after a reset");
        let (one, two) = (driver.admits("while it is closed"), driver.admits("while it is closed"));
        taken(policy, State::Closed);
        driver.ignores(one, Class::RETRYABLE, "a call from before it took over a policy");
        driver.ignores(two, Class::Success, "a call from before it took over a policy");
    }
}

fn no_moment_makes_it_panic(driver: &Driver) {
    let moments = [1, u64::MAX, 1 << 62, u64::MAX - 1, 2, 1 << 62, u64::MAX, 1].map(Instant::from_nanos);
    let ends = [Some(Class::RETRYABLE), Some(Class::Success), None];
    for now in moments {
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            for (end, _) in ends.iter().cycle().zip(0..60) {
                let permit = driver.breaker.allow(now).permit;
                if let (Some(permit), Some(class)) = (permit, end) {
                    driver.breaker.record(permit, *class, Duration::MAX, now);
                }
                let _ = (driver.breaker.state(now), driver.breaker.snapshot(now));
            }
        }));
        ensure!(unwound.is_ok(), "it panics at {now:?}");
    }
    driver.resets();
    driver.goes("after a reset");
}
