//! Any policy at any moment, and a way back from wherever it is.

use super::agree::Pair;
use super::generate::{policies, scripts};
use super::{CircuitBreaker, SECOND, State, breaker, call};
use crate::circuit::DecisionReason;
use crate::outcome::Class;
use crate::time::Instant;
use proptest::prelude::*;
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

/// Fails until it opens, comes back when it says so, and succeeds until it closes. Returns how many failures that took.
fn cycle(breaker: &dyn CircuitBreaker, start: Instant) -> u32 {
    let mut failures = 0;
    while breaker.state(start) == State::Closed {
        call(breaker, Class::RETRYABLE, start);
        failures += 1;
        assert!(failures <= 1_000_000);
    }
    let mut now = start;
    if now.as_nanos() < u64::MAX - 1 {
        let refused = breaker.allow(now);
        assert_eq!((refused.state, refused.reason), (State::Open, DecisionReason::Open));
        now = now.saturating_add(refused.retry_after.unwrap().max(Duration::from_nanos(1)));
    }
    for _ in 0..100 {
        if breaker.state(now) == State::Closed {
            break;
        }
        call(breaker, Class::Success, now);
        drop(breaker.allow(now));
        let _ = breaker.snapshot(now).to_string();
    }
    assert_eq!(breaker.state(now), State::Closed);
    failures
}

/// circuit-17: zero, one, and the greatest, in every field.
#[test]
fn any_policy_goes_through_a_whole_cycle_at_any_moment() {
    let counts = [0, 1, u32::MAX];
    let times = [None, Some(Duration::ZERO), Some(Duration::MAX)];
    let some = |time: Option<Duration>| time.unwrap_or(Duration::from_nanos(1));
    let trips = [0, 1].into_iter().flat_map(|failures| times.map(|window| Trip::Failures { failures, window }));
    let rates = counts.into_iter().flat_map(|percent| {
        times.map(|window| Trip::Rate { percent, min_calls: percent.min(1), window: some(window) })
    });
    for trip in trips.chain(rates) {
        for (slow, cooldown) in times.into_iter().flat_map(|slow| times.map(|cooldown| (slow, cooldown))) {
            for (max_cooldown, probes) in times.into_iter().flat_map(|max| counts.map(|probes| (max, probes))) {
                for successes in counts {
                    let mut policy = CircuitPolicy::failures(1).probes(probes).successes(successes);
                    (policy.trip, policy.slow) = (trip, slow);
                    (policy.cooldown, policy.max_cooldown) = (cooldown, max_cooldown);
                    let breaker = breaker(policy);
                    for start in [1, 1 << 62, u64::MAX - 1_000, u64::MAX - 1, u64::MAX] {
                        cycle(&*breaker, Instant::from_nanos(start));
                    }
                }
            }
        }
    }
}

#[test]
fn the_greatest_numbers_of_failures_and_calls_are_reached() {
    let now = Instant::from_nanos(1 << 62);
    assert_eq!(cycle(&*breaker(CircuitPolicy::failures(u32::MAX)), now), 1_000_000);
    assert_eq!(cycle(&*breaker(CircuitPolicy::failures(u32::MAX).within(Duration::MAX)), now), 1_000_000);
    assert_eq!(cycle(&*breaker(CircuitPolicy::rate(u32::MAX, u32::MAX, Duration::MAX)), now), 1_000_000);
}

/// A cooldown that ends after the last moment there is.
#[test]
fn it_is_open_and_not_forced_at_the_end_of_time() {
    let breaker = breaker(CircuitPolicy::failures(1).cooldown(SECOND));
    let now = Instant::from_nanos(u64::MAX - 1_000);
    call(&*breaker, Class::RETRYABLE, now);
    let refused = breaker.allow(now);
    assert_eq!((refused.reason, refused.state), (DecisionReason::Open, State::Open));
    assert!(refused.retry_after.is_some_and(|left| left <= Duration::from_nanos(1_000)));
    assert!(breaker.allow(Instant::from_nanos(u64::MAX)).permit.is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// circuit-18: whatever happened, and with all permits that are still out: calls that succeed close it.
    #[test]
    fn from_any_state_it_can_close(policy in prop_oneof![policies(false), policies(true)], script in scripts()) {
        let mut pair = Pair::new(breaker(policy), policy);
        pair.play(&script, &[policy])?;
        let mut now = pair.latest;
        for _ in 0..=policy.successes {
            now = now.saturating_add(SECOND * 600);
            if let Some(permit) = pair.breaker.allow(now).permit {
                pair.breaker.record(permit, Class::Success, Duration::ZERO, now);
            }
        }
        prop_assert_eq!(pair.breaker.state(now), State::Closed);
        prop_assert!(pair.breaker.allow(now).permit.is_some_and(|permit| !permit.is_probe()));
    }
}
