//! The windows alone: how time is cut into steps, and what is counted in which.

use super::super::stripes::Stripes;
use super::super::window::{Failures, SLOTS, Scale};
use super::at;
use crate::time::Instant;
use std::time::Duration;

/// 32 steps of 31.3 ms, as near as powers of two get: 29 of 33.6 ms.
fn scale() -> Scale {
    Scale::of(Duration::from_secs(1))
}

#[test]
fn a_window_has_20_to_40_steps_and_a_step_is_a_twentieth_of_it_at_most() {
    for nanos in (0..64).flat_map(|bits| [(1u64 << bits) - 1, 1 << bits, (1 << bits) + 1]).chain([u64::MAX]) {
        let scale = Scale::of(Duration::from_nanos(nanos));
        let (now, window) = (100_000, u128::from(nanos.max(20)));
        let covered = (0..=now).rev().take_while(|step| scale.covers(*step, now)).count();
        assert!((20..=40).contains(&covered) && covered < SLOTS, "{covered} steps in {nanos} ns");
        let step = 1u128 << scale.shift;
        assert!(step * 20 <= window && step * 40 > window, "steps of {step} ns in {nanos}");
        let span = step * covered as u128;
        assert!(span <= window && span + step > window, "{span} ns of {nanos}");
    }
    assert_eq!(Scale::of(Duration::MAX), Scale::of(Duration::from_nanos(u64::MAX)));
}

#[test]
fn a_window_ends_on_both_sides() {
    let scale = scale();
    let covered = |step: u32| scale.covers(step, 1_000);
    assert!(covered(1_000) && covered(1_000 - 28) && !covered(1_000 - 29));
    assert!(covered(1_000 + 28) && !covered(1_000 + 29), "what another thread saw first, but not another age");
    assert!(!covered(1_000u32.wrapping_add(1 << 31)) && !covered(1_000u32.wrapping_sub((1 << 31) - 1)));
}

/// The steps are numbered modulo 2^32.
#[test]
fn the_number_of_a_step_may_run_over() {
    let (scale, stripes, mut failures) = (scale(), Stripes::new(), Failures::new());
    for step in [u32::MAX - 1, u32::MAX, 0, 1] {
        stripes.add(step);
        assert_eq!(failures.add(scale, step), step);
    }
    assert_eq!((stripes.total(scale, 1), failures.total(scale, 1)), (4, 4));
    assert_eq!((stripes.total(scale, 28), failures.total(scale, 28)), (2, 2));
}

#[test]
fn failures_are_counted_in_the_last_step_that_failed_while_the_clock_is_a_little_behind() {
    let (scale, mut failures) = (scale(), Failures::new());
    assert_eq!([1_000, 990, 972].map(|step| failures.add(scale, step)), [1_000; 3]);
    assert_eq!(failures.total(scale, 1_000), 3);
    assert_eq!(failures.total(scale, 1_028), 3);
    assert_eq!(failures.total(scale, 1_029), 0);
}

/// circuit-10: else everything that fails until the clock is there again would add up.
#[test]
fn failures_begin_anew_where_the_clock_is_a_window_behind() {
    let (scale, mut failures) = (scale(), Failures::new());
    (0..5).for_each(|_| assert_eq!(failures.add(scale, 1_000), 1_000));
    assert_eq!((failures.add(scale, 971), failures.total(scale, 971)), (971, 1));
    assert_eq!((failures.add(scale, 999), failures.total(scale, 999)), (999, 2));
    assert_eq!((failures.add(scale, 1_000), failures.total(scale, 1_000)), (1_000, 2), "the old ones are gone");
}

#[test]
fn a_slot_is_used_again_for_the_next_turn_of_the_ring() {
    let (scale, stripes, mut failures) = (scale(), Stripes::new(), Failures::new());
    for step in [5, 5, 5 + 64, 5 + 128] {
        stripes.add(step);
        failures.add(scale, step);
    }
    assert_eq!((stripes.total(scale, 5 + 128), failures.total(scale, 5 + 128)), (1, 1));
    assert_eq!((stripes.total(scale, 5), failures.total(scale, 5)), (0, 0));
}

/// circuit-10, and a success of the policy before, counted by the steps of that one: it must not draw others to it, which
/// would then never leave the window.
#[test]
fn a_success_of_another_age_keeps_no_others() {
    let (scale, stripes) = (scale(), Stripes::new());
    let ages = 5 + 64 * 1_000_000;
    stripes.add(ages);
    (0..10).for_each(|_| stripes.add(5));
    assert_eq!((stripes.total(scale, 5), stripes.total(scale, ages)), (10, 0));
    assert_eq!(stripes.total(scale, 5 + 29), 0);
}

#[test]
fn cleared_stripes_hold_nothing() {
    let stripes = Stripes::new();
    (0..100).for_each(|step| stripes.add(step));
    stripes.clear();
    assert_eq!((0..100).map(|now| stripes.total(scale(), now)).sum::<u64>(), 0);
}

#[test]
fn a_step_is_a_moment_divided_and_rounded_down() {
    let (scale, origin) = (scale(), at(0));
    let after = |nanos: u64| scale.step(origin, origin.saturating_add(Duration::from_nanos(nanos)));
    assert_eq!([after(0), after((7 << scale.shift) - 1), after(7 << scale.shift), after(1_000_000_000)], [0, 6, 7, 29]);
    let before = Instant::from_nanos(origin.as_nanos() - 1);
    assert_eq!(scale.step(origin, before), u32::MAX, "a clock that goes back lies in the step before the first");
}
