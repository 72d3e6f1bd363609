//! Another policy for a breaker that has counted, is open, or probes.

use super::super::{CountingBreaker, built_in};
use super::{SECOND, State, admitted, at, calls, opened};
use crate::circuit::CircuitBreaker as _;
use crate::outcome::Class;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// circuit-8.
#[test]
fn an_equal_policy_keeps_what_it_has_and_another_counts_anew() {
    let policy = CircuitPolicy::failures(3).cooldown(SECOND);
    let breaker = built_in(&policy);
    calls(&*breaker, 2, Class::RETRYABLE, at(10));
    let late = admitted(&*breaker, at(10));
    assert!(!breaker.set_policy(&policy, at(10)));
    assert_eq!(breaker.snapshot(at(10)).failures, 2);
    assert!(breaker.set_policy(&policy.probes(2), at(10)));
    assert_eq!(breaker.snapshot(at(10)).failures, 0);
    assert_eq!(breaker.record(late, Class::RETRYABLE, Duration::ZERO, at(10)), None);
    assert_eq!(breaker.snapshot(at(10)).failures, 0, "a permit of the policy before is void");
    let counting = CountingBreaker::new(policy).unwrap();
    assert!(!counting.set_policy(&CircuitPolicy::rate(50, 3, SECOND), at(10)), "it counts failures, and goes on to");

    let either = built_in(&policy);
    assert!(either.set_policy(&CircuitPolicy::rate(50, 3, SECOND), at(10)));
    calls(&*either, 3, Class::RETRYABLE, at(10));
    assert_eq!(either.state(at(10)), State::Open, "it has become one by rate");
}

/// circuit-8: whatever changes, and however often.
#[test]
fn an_open_breaker_stays_open_for_what_is_left_of_its_cooldown() {
    let policy = CircuitPolicy::failures(3).cooldown(SECOND);
    let breaker = built_in(&policy);
    calls(&*breaker, 3, Class::RETRYABLE, at(0));
    let left = || breaker.snapshot(at(400)).next_probe;
    let before = left();
    assert!(before.is_some_and(|left| left < SECOND));
    let others = [
        CircuitPolicy::failures(4).cooldown(SECOND),
        CircuitPolicy::failures(4).cooldown(SECOND * 60),
        CircuitPolicy::rate(50, 3, SECOND).cooldown(Duration::from_millis(100)),
        policy,
    ];
    for other in others {
        assert!(breaker.set_policy(&other, at(400)));
        assert_eq!((breaker.state(at(400)), left()), (State::Open, before), "{other}");
    }
    assert_eq!(breaker.state(at(2_000)), State::HalfOpen);
    assert!(breaker.set_policy(&CircuitPolicy::none(), at(400)));
    assert_eq!(breaker.state(at(400)), State::Closed, "a policy that never refuses refuses nobody");
}

/// circuit-27: the probes that run are heard, in places of the new policy; what succeeded before is not counted.
#[test]
fn a_breaker_that_probes_goes_on_with_its_probes() {
    let policy = CircuitPolicy::failures(3).cooldown(SECOND).probes(1).successes(2);
    let breaker = opened(policy);
    let now = at(2_000);
    let first = admitted(&*breaker, now);
    assert_eq!(breaker.record(first, Class::Success, Duration::ZERO, now), None);
    let running = admitted(&*breaker, now);
    assert!(breaker.set_policy(&policy.probes(2), now));
    let seen = breaker.snapshot(now);
    assert_eq!((seen.state, seen.probes, seen.successes), (State::HalfOpen, 1, 0));
    let second = admitted(&*breaker, now);
    assert!(breaker.allow(now).permit.is_none(), "two places, and the running probe has one of them");
    assert_eq!(breaker.record(running, Class::Success, Duration::ZERO, now), None);
    let closed = breaker.record(second, Class::Success, Duration::ZERO, now);
    assert_eq!(closed.map(|changed| changed.to), Some(State::Closed));

    let breaker = opened(policy);
    let running = admitted(&*breaker, now);
    assert!(breaker.set_policy(&policy.probes(2), now));
    let opened = breaker.record(running, Class::RETRYABLE, Duration::ZERO, now);
    assert_eq!(opened.map(|changed| changed.to), Some(State::Open), "the dependency is not back");
}
