//! The length of windows: no longer than the policy says, and less than a tenth shorter, wherever their steps begin.

use super::super::window::Scale;
use super::{START, State, breaker, call};
use crate::outcome::Class;
use proptest::prelude::*;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

/// The state after two failures that are `distance` apart, the first `phase` after the moment that steps are counted from.
fn after_two(policy: CircuitPolicy, phase: Duration, distance: Duration) -> State {
    let breaker = breaker(policy);
    call(&*breaker, Class::RETRYABLE, START);
    // Ends the row, or thins the rate: the failure before only says where the steps begin.
    call(&*breaker, Class::Success, START);
    let first = START.saturating_add(phase);
    call(&*breaker, Class::RETRYABLE, first);
    call(&*breaker, Class::RETRYABLE, first.saturating_add(distance));
    breaker.state(first.saturating_add(distance))
}

/// circuit-23.
#[test]
fn failures_nine_tenths_of_a_window_apart_add_up_and_those_a_window_apart_do_not() {
    let windows = (1..=120).chain([600, 1_200, 3_600]).map(Duration::from_secs);
    for window in windows.chain([1_001, 1_718, 11_811, 47_244].map(Duration::from_millis)) {
        for policy in [CircuitPolicy::failures(2).within(window), CircuitPolicy::rate(50, 2, window)] {
            for phase in 0..40 {
                // Beyond the window of the first failure.
                let phase = window * 2 + window * phase / 400;
                assert_eq!(after_two(policy, phase, window * 9 / 10), State::Open, "{policy}, {phase:?}");
                assert_eq!(after_two(policy, phase, window), State::Closed, "{policy}, {phase:?}");
            }
        }
    }
}

proptest! {
    /// circuit-23: any window, and steps that begin anywhere.
    #[test]
    fn a_window_is_less_than_a_tenth_short(nanos in 1_000_000_000u64..=3_600_000_000_000, phase in 0u64..10_000_000_000_000, short in 0u64..=100) {
        let window = Duration::from_nanos(nanos);
        let (scale, first) = (Scale::of(window), START.saturating_add(Duration::from_nanos(phase)));
        let counts = |after: Duration| scale.covers(scale.step(START, first), scale.step(START, first.saturating_add(after)));
        prop_assert!(counts(window.mul_f64(0.9).saturating_sub(Duration::from_nanos(short))));
        prop_assert!(!counts(window) && !counts(window * 2));
    }
}
