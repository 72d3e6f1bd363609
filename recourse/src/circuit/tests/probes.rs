//! Half-open breakers: which calls are admitted, what gives a place back, and which results count.

use super::{
    CircuitBreaker, Permit, SECOND, START, State, Transition, admitted, at, breaker, call, calls, opened, probe,
};
use crate::circuit::DecisionReason;
use crate::outcome::Class;
use recourse_policy::CircuitPolicy;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

const ONE_FAILURE: CircuitPolicy = CircuitPolicy::failures(1);

fn refused(breaker: &dyn CircuitBreaker, ms: u64) -> (State, DecisionReason, Option<Duration>) {
    let decision = breaker.allow(at(ms));
    assert!(decision.permit.is_none(), "{decision:?}");
    (decision.state, decision.reason, decision.retry_after)
}

/// A time that was told, between two numbers of milliseconds.
fn within(told: Option<Duration>, bounds: RangeInclusive<u64>) {
    let (least, most) = (Duration::from_millis(*bounds.start()), Duration::from_millis(*bounds.end()));
    assert!(told.is_some_and(|told| (least..=most).contains(&told)), "{told:?}, not {bounds:?} ms");
}

/// circuit-26.
#[test]
fn a_caller_is_told_when_the_probe_is_likely_over() {
    let told = |breaker: &dyn CircuitBreaker, ms| {
        let (_, reason, retry_after) = refused(breaker, ms);
        assert_eq!(reason, DecisionReason::ProbesBusy);
        retry_after
    };
    // Nothing is known yet: a tenth of the cooldown of a second, or a second at most.
    let breaker = opened(ONE_FAILURE.successes(5));
    let first = probe(&*breaker, at(1_000));
    within(told(&*breaker, 1_000), 100..=150);
    within(told(&*breaker, 1_060), 40..=90);
    // It is late: it will take as long again; and a place is free after a further cooldown at the latest.
    within(told(&*breaker, 1_300), 300..=350);
    within(told(&*breaker, 1_900), 100..=150);
    // The next one is likely to take as long as this one did.
    assert_eq!(breaker.record(first, Class::Success, Duration::ZERO, at(1_007)), None);
    let second = probe(&*breaker, at(1_010));
    within(told(&*breaker, 1_010), 7..=57);
    within(told(&*breaker, 1_015), 2..=52);
    assert_eq!(breaker.record(second, Class::Success, Duration::ZERO, at(1_510)), None);
    let _third = probe(&*breaker, at(1_510));
    within(told(&*breaker, 1_510), 500..=550);
    // Those that are told at once do not come back at once.
    let moments: BTreeSet<_> = (0..50).map(|_| told(&*breaker, 1_510)).collect();
    assert!(moments.len() > 25, "{moments:?}");

    let slow = super::breaker(ONE_FAILURE.cooldown(SECOND * 60));
    call(&*slow, Class::RETRYABLE, START);
    let _hangs = probe(&*slow, at(60_000));
    within(told(&*slow, 60_000), 1_000..=1_100);
}

/// circuit-1.
#[test]
fn a_probe_that_is_cancelled_gives_its_place_back_however_often() {
    let breaker = opened(ONE_FAILURE);
    for _ in 0..1_000 {
        drop(probe(&*breaker, at(1_000)));
    }
    assert_eq!(breaker.state(at(1_000)), State::HalfOpen);
    assert_eq!(breaker.snapshot(at(1_000)).probes, 0);
}

/// circuit-1, panic-3.
#[test]
fn a_probe_that_is_ignored_or_panics_gives_its_place_back() {
    let breaker = opened(ONE_FAILURE);
    for _ in 0..10 {
        let permit = probe(&*breaker, at(1_000));
        assert_eq!(breaker.record(permit, Class::Ignore, Duration::ZERO, at(1_000)), None);
        let permit = probe(&*breaker, at(1_000));
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let _held = permit;
            resume_unwind(Box::new(()));
        }));
        assert!(unwound.is_err());
    }
    assert_eq!((breaker.state(at(1_000)), breaker.snapshot(at(1_000)).probes), (State::HalfOpen, 0));
}

/// circuit-2.
#[test]
fn a_silent_probe_makes_room_after_a_further_cooldown_and_its_late_word_counts() {
    let breaker = opened(ONE_FAILURE.successes(2));
    let silent = probe(&*breaker, at(1_000));
    let (state, reason, retry_after) = refused(&*breaker, 1_400);
    assert_eq!((state, reason), (State::HalfOpen, DecisionReason::ProbesBusy));
    within(retry_after, 400..=450);
    within(refused(&*breaker, 1_999).2, 1..=51);
    let second = probe(&*breaker, at(2_000));
    refused(&*breaker, 2_000);
    assert_eq!(breaker.record(silent, Class::Success, SECOND * 3, at(2_100)), None);
    refused(&*breaker, 2_100);
    let closed = Some(Transition::new(State::HalfOpen, State::Closed));
    assert_eq!(breaker.record(second, Class::Success, Duration::ZERO, at(2_200)), closed);
}

#[test]
fn the_late_failure_of_a_silent_probe_opens_it_again() {
    let breaker = opened(ONE_FAILURE);
    let (silent, second) = (probe(&*breaker, at(1_000)), probe(&*breaker, at(2_000)));
    let opened = Some(Transition::new(State::HalfOpen, State::Open));
    assert_eq!(breaker.record(silent, Class::RETRYABLE, SECOND, at(2_100)), opened);
    assert_eq!(breaker.record(second, Class::Success, Duration::ZERO, at(2_100)), None);
    assert_eq!(refused(&*breaker, 2_100), (State::Open, DecisionReason::Open, Some(SECOND)));
}

/// A probe that never reports makes room for another, and gives no second place back when it is dropped.
#[test]
fn a_silent_probe_that_is_dropped_late_frees_no_place_but_its_own() {
    let breaker = opened(ONE_FAILURE);
    let (silent, second) = (probe(&*breaker, at(1_000)), probe(&*breaker, at(2_000)));
    drop(silent);
    assert_eq!(refused(&*breaker, 2_000).1, DecisionReason::ProbesBusy);
    drop(second);
    drop(probe(&*breaker, at(2_000)));
}

/// circuit-4.
#[test]
fn late_results_of_the_closed_breaker_neither_close_nor_open_anything() {
    let breaker = breaker(CircuitPolicy::failures(3).cooldown(SECOND).successes(1));
    let mut late = Vec::from([(); 20].map(|()| admitted(&*breaker, START)));
    let mut end = |class, ms: u64| {
        let permit = late.pop().unwrap();
        assert_eq!(breaker.record(permit, class, Duration::ZERO, at(ms)), None);
    };
    calls(&*breaker, 3, Class::RETRYABLE, START);
    end(Class::Success, 500);
    end(Class::RETRYABLE, 500);
    assert_eq!(refused(&*breaker, 500), (State::Open, DecisionReason::Open, Some(SECOND / 2)));
    end(Class::Success, 1_000);
    end(Class::RETRYABLE, 1_000);
    let probe = probe(&*breaker, at(1_000));
    end(Class::Success, 1_000);
    end(Class::RETRYABLE, 1_000);
    assert_eq!(refused(&*breaker, 1_000).1, DecisionReason::ProbesBusy);
    assert!(breaker.record(probe, Class::Success, Duration::ZERO, at(1_000)).is_some());
    (0..10).for_each(|_| end(Class::RETRYABLE, 1_000));
    assert_eq!((breaker.state(at(1_000)), breaker.snapshot(at(1_000)).failures), (State::Closed, 0));
}

/// circuit-4: nor those of an earlier half-open one, which give no place of the later one back.
#[test]
fn late_probes_of_an_earlier_turn_change_nothing() {
    let breaker = opened(ONE_FAILURE.probes(3).successes(1));
    let mut late = Vec::from([(); 2].map(|()| probe(&*breaker, at(1_000))));
    call(&*breaker, Class::RETRYABLE, at(1_000));
    let _held = [(); 3].map(|()| probe(&*breaker, at(2_000)));
    assert_eq!(breaker.record(late.pop().unwrap(), Class::Success, Duration::ZERO, at(2_000)), None);
    drop(late);
    assert_eq!(refused(&*breaker, 2_000).1, DecisionReason::ProbesBusy);
    assert_eq!(breaker.snapshot(at(2_000)).probes, 3);
}

/// Permits with generations that no built-in breaker has.
#[test]
fn a_permit_of_another_breaker_changes_nothing() {
    let breaker = breaker(ONE_FAILURE);
    for generation in [0, 2, (1 << 32) + 1, u64::MAX] {
        assert_eq!(breaker.record(Permit::new(generation), Class::RETRYABLE, Duration::ZERO, START), None);
    }
    assert_eq!(breaker.state(START), State::Closed);
}

/// circuit-16: a thousand calls a second, each of a fifth of a second, at a dependency that is back: as many at a time as there are
/// probes, until it closes. Then all.
#[test]
fn there_is_no_stampede_before_it_closes() {
    for (probes, successes, waves) in [(1, 3, 3), (2, 3, 2), (5, 5, 1), (3, 1, 1)] {
        let opens_at = 1_000 + waves * 200;
        let breaker = opened(ONE_FAILURE.probes(probes).successes(successes));
        let (mut running, mut curve) = (Vec::new(), Vec::new());
        for ms in 0..3_000 {
            while running.first().is_some_and(|(end, _)| *end == ms) {
                let (_, permit) = running.remove(0);
                breaker.record(permit, Class::Success, Duration::from_millis(200), at(ms));
            }
            if let Some(permit) = breaker.allow(at(ms)).permit {
                running.push((ms + 200, permit));
                curve.push(ms);
            }
            let most = if ms < opens_at { probes as usize } else { 200 };
            assert!(running.len() <= most, "{} at {ms} ms", running.len());
        }
        let before = curve.iter().filter(|ms| **ms < opens_at).count();
        assert_eq!((curve[0], before as u64), (1_000, u64::from(probes) * waves));
        assert!(curve.split_off(before).into_iter().eq(opens_at..3_000));
    }
}

/// A failing probe does not wait for the others.
#[test]
fn one_failing_probe_opens_it_again_and_the_others_are_void() {
    let breaker = opened(ONE_FAILURE.probes(3).successes(2));
    let mut probes = Vec::from([(); 3].map(|()| probe(&*breaker, at(1_000))));
    let mut end = |class| breaker.record(probes.pop().unwrap(), class, Duration::ZERO, at(1_000));
    assert_eq!(end(Class::Success), None);
    assert_eq!(end(Class::NonRetryable), Some(Transition::new(State::HalfOpen, State::Open)));
    assert_eq!(end(Class::Success), None);
    assert_eq!(breaker.state(at(1_000)), State::Open);
}

#[test]
fn the_first_to_ask_after_the_cooldown_tells_the_change_and_no_other() {
    let breaker = opened(ONE_FAILURE.probes(2));
    assert_eq!(breaker.state(at(999)), State::Open);
    assert_eq!((breaker.state(at(1_000)), breaker.snapshot(at(1_000)).probes), (State::HalfOpen, 0));
    let first = breaker.allow(at(1_000));
    assert_eq!(first.changed, Some(Transition::new(State::Open, State::HalfOpen)));
    assert_eq!(breaker.allow(at(1_000)).changed, None);
}
