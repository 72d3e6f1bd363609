//! Time: cooldowns, windows, and clocks that go wrong.

use super::{BuiltInBreaker, SECOND, START, State, Transition, admitted, at, breaker, call, calls, opened, probe};
use crate::outcome::Class;
use crate::rng;
use crate::time::Instant;
use recourse_policy::CircuitPolicy;
use std::time::Duration;

#[test]
fn a_written_cooldown_is_exact_to_the_nanosecond() {
    let breaker = opened(CircuitPolicy::failures(1));
    let end = START.saturating_add(SECOND);
    let before = Instant::from_nanos(end.as_nanos() - 1);
    assert_eq!(breaker.allow(before).retry_after, Some(Duration::from_nanos(1)));
    assert!(breaker.allow(end).permit.is_some());
}

/// The cooldowns of a number of openings in a row.
fn cooldowns(policy: CircuitPolicy, openings: usize) -> Vec<Duration> {
    let (breaker, mut now) = (breaker(policy), START);
    let open = |_| {
        call(&*breaker, Class::RETRYABLE, now);
        let cooldown = breaker.allow(now).retry_after.unwrap();
        now = now.saturating_add(cooldown);
        cooldown
    };
    (0..openings).map(open).collect()
}

#[test]
fn a_cooldown_doubles_up_to_its_maximum_and_no_longer() {
    let grows = CircuitPolicy::failures(1).cooldown(SECOND).max_cooldown(SECOND * 5);
    assert_eq!(cooldowns(grows, 5), [1, 2, 4, 5, 5].map(Duration::from_secs));
    assert_eq!(cooldowns(grows, 100)[99], SECOND * 5);
    assert_eq!(cooldowns(CircuitPolicy::failures(1).cooldown(SECOND), 40), [SECOND; 40]);
    let chance = cooldowns(CircuitPolicy::failures(1).max_cooldown(SECOND * 60), 50);
    for (cooldown, seconds) in chance.iter().zip([5, 10, 20, 40].into_iter().chain([60; 46])) {
        let bounds = if seconds == 60 { 54_000..=60_000 } else { seconds * 1_000..=seconds * 1_100 };
        assert!(bounds.contains(&cooldown.as_millis()), "{cooldown:?} of {seconds} s");
    }
    let mut longest = Vec::from(&chance[4..]);
    longest.dedup();
    assert!(longest.len() > 40, "the longest are spread, too: {longest:?}");
}

/// The row of failures that a failure began is gone with the next success.
#[test]
fn one_that_never_opens_counts_nothing() {
    let breaker = BuiltInBreaker::new(CircuitPolicy::none());
    let ends = |class| breaker.record(breaker.allow(START).permit.unwrap(), class, Duration::ZERO, START);
    (0..1_000).for_each(|_| assert_eq!(ends(Class::RETRYABLE), None));
    ends(Class::Success);
    assert!(breaker.published().load().ignores_success());
}

#[test]
fn a_cooldown_begins_anew_when_it_has_closed() {
    let breaker = breaker(CircuitPolicy::failures(1).cooldown(SECOND).max_cooldown(SECOND * 60).successes(1));
    for seconds in [0, 1, 3] {
        call(&*breaker, Class::RETRYABLE, at(seconds * 1_000));
    }
    assert_eq!(breaker.allow(at(3_000)).retry_after, Some(SECOND * 4));
    call(&*breaker, Class::Success, at(7_000));
    call(&*breaker, Class::RETRYABLE, at(7_000));
    assert_eq!(breaker.allow(at(7_000)).retry_after, Some(SECOND));
}

/// circuit-15: clients that opened together do not probe together.
#[test]
fn the_default_cooldown_of_many_is_spread_evenly_over_a_tenth_of_it() {
    rng::replace(Some(10));
    let mut slots = [0u32; 20];
    for _ in 0..1_000 {
        let cooldown = cooldowns(CircuitPolicy::failures(1), 1)[0];
        let late = cooldown.checked_sub(SECOND * 5).unwrap();
        assert!(late <= SECOND / 2, "{cooldown:?}");
        slots[(late.as_nanos() / 25_000_000).min(19) as usize] += 1;
    }
    let chi_square: f64 = slots.iter().map(|found| (f64::from(*found) - 50.0).powi(2) / 50.0).sum();
    assert!(chi_square < 43.8, "{chi_square}: less than one in a thousand with 19 degrees of freedom, {slots:?}");
}

/// A second is 29 steps of 33.6 ms, and the edge lies between steps.
#[test]
fn a_failure_that_is_older_than_the_window_does_not_count_and_the_window_slides() {
    let policy = CircuitPolicy::failures(2).within(SECOND);
    for (second, state) in [(940, State::Open), (1_000, State::Closed), (5_000, State::Closed)] {
        let breaker = breaker(policy);
        call(&*breaker, Class::RETRYABLE, START);
        call(&*breaker, Class::RETRYABLE, at(second));
        assert_eq!(breaker.state(at(second)), state, "{second} ms later");
    }
    // One that tumbles would be emptied between two of them, wherever they are.
    for start in (0..1_000).step_by(50) {
        let breaker = breaker(policy);
        call(&*breaker, Class::RETRYABLE, at(start));
        assert_eq!(call(&*breaker, Class::RETRYABLE, at(start + 900)).map(|changed| changed.to), Some(State::Open));
    }
}

#[test]
fn without_a_window_a_row_lasts_as_long_as_nothing_succeeds() {
    let breaker = breaker(CircuitPolicy::failures(3));
    let year = START.saturating_add(SECOND * 86_400 * 365);
    calls(&*breaker, 2, Class::RETRYABLE, START);
    calls(&*breaker, 1, Class::Success, START);
    calls(&*breaker, 2, Class::NonRetryable, START);
    assert_eq!(call(&*breaker, Class::RETRYABLE, year), Some(Transition::new(State::Closed, State::Open)));
}

#[test]
fn a_rate_is_judged_by_failures_only_and_half_is_not_more_than_half() {
    let breaker = breaker(CircuitPolicy::rate(50, 10, SECOND * 10));
    calls(&*breaker, 9, Class::RETRYABLE, START);
    assert_eq!(breaker.state(START), State::Closed, "too few");
    calls(&*breaker, 9, Class::Success, START);
    assert_eq!(breaker.state(START), State::Closed, "half, and a success opens nothing");
    calls(&*breaker, 1, Class::Success, START);
    calls(&*breaker, 1, Class::RETRYABLE, START);
    assert_eq!(breaker.state(START), State::Closed, "ten of twenty");
    calls(&*breaker, 1, Class::RETRYABLE, START);
    assert_eq!(breaker.state(START), State::Open, "eleven of 21");
}

#[test]
fn a_rate_forgets_what_has_left_the_window_one_step_at_a_time() {
    let breaker = breaker(CircuitPolicy::rate(50, 10, SECOND));
    calls(&*breaker, 6, Class::Success, START);
    calls(&*breaker, 4, Class::RETRYABLE, at(500));
    assert_eq!(breaker.snapshot(at(500)).calls, 10);
    assert_eq!((breaker.snapshot(at(1_000)).calls, breaker.snapshot(at(1_000)).failures), (4, 4));
    assert_eq!(breaker.snapshot(at(1_500)).calls, 0);
    calls(&*breaker, 5, Class::RETRYABLE, at(1_000));
    assert_eq!(breaker.state(at(1_000)), State::Closed, "nine");
    calls(&*breaker, 1, Class::RETRYABLE, at(1_000));
    assert_eq!(breaker.state(at(1_000)), State::Open, "ten of ten");
}

/// circuit-10.
#[test]
fn a_clock_that_stands_still_or_goes_back_keeps_it_open() {
    let breaker = opened(CircuitPolicy::failures(1));
    for _ in 0..1_000 {
        assert_eq!(breaker.allow(START).retry_after, Some(SECOND));
    }
    let earlier = Instant::from_nanos(1);
    assert!(breaker.allow(earlier).permit.is_none() && breaker.state(earlier) == State::Open);
    assert_eq!(breaker.snapshot(earlier).since, Some(Duration::ZERO));
    let _probe = probe(&*breaker, at(1_000));
    assert!(breaker.allow(START).permit.is_none() && breaker.allow(earlier).permit.is_none());
    assert_eq!(breaker.state(earlier), State::HalfOpen);
}

/// circuit-10: a failure behind an hour that was taken back is one among the calls of its own window.
#[test]
fn a_clock_that_went_back_opens_nothing_early() {
    let breaker = breaker(CircuitPolicy::rate(50, 10, SECOND));
    let hour = 3_600_000;
    calls(&*breaker, 5, Class::RETRYABLE, at(hour));
    for ms in 0..5_000 {
        calls(&*breaker, 4, Class::Success, at(ms));
        calls(&*breaker, 1, Class::RETRYABLE, at(ms));
        assert_eq!(breaker.state(at(ms)), State::Closed, "after {ms} ms");
    }
    let counting = super::breaker(CircuitPolicy::failures(5).within(SECOND));
    calls(&*counting, 4, Class::RETRYABLE, at(hour));
    for seconds in 0..100 {
        calls(&*counting, 1, Class::RETRYABLE, at(seconds * 1_000));
    }
    assert_eq!(counting.state(at(100_000)), State::Closed);
}

/// circuit-10: successes of an hour that was taken back do not hold it closed.
#[test]
fn a_clock_that_went_back_does_not_keep_it_from_opening() {
    let breaker = breaker(CircuitPolicy::rate(50, 10, SECOND));
    (0..3_000).for_each(|ms| calls(&*breaker, 1, Class::Success, at(3_600_000 + ms)));
    (0..10_000).for_each(|ms| calls(&*breaker, 10, Class::Success, at(ms)));
    assert_eq!(breaker.snapshot(at(12_000)).calls, 0);
    calls(&*breaker, 10, Class::RETRYABLE, at(12_000));
    assert_eq!(breaker.state(at(12_000)), State::Open);
}

#[test]
fn a_success_slower_than_slow_is_a_failure_and_as_slow_is_not() {
    for policy in [CircuitPolicy::failures(3), CircuitPolicy::rate(50, 3, SECOND)] {
        let breaker = breaker(policy.slow(SECOND));
        let ends = |elapsed| breaker.record(admitted(&*breaker, START), Class::Success, elapsed, START);
        let opened = [(); 3].map(|()| ends(SECOND + Duration::from_nanos(1)).is_some());
        assert_eq!(opened, [false, false, true]);
        breaker.reset(START);
        (0..9).for_each(|_| assert_eq!(ends(SECOND), None));
        assert_eq!(breaker.state(START), State::Closed);
    }
}

/// The published state admits no call untimed if its duration matters or an operator holds the breaker.
#[test]
fn the_published_state_says_whether_a_call_must_know_when_it_began() {
    let policy = CircuitPolicy::failures(1);
    for (policy, timed) in [(policy, false), (policy.slow(SECOND), true)] {
        let breaker = BuiltInBreaker::new(policy);
        let published = || breaker.published().load();
        assert_eq!(
            (published().is_timed(), published().admits_untimed(), published().ignores_success()),
            (timed, !timed, !timed)
        );
        assert_eq!(published().counted_generation(), 1);
        breaker.force(State::Closed, START);
        assert!(!published().is_timed() && published().admits_untimed() && published().counted_generation() == 0);
        breaker.force(State::Open, START);
        assert!(
            !published().admits_untimed() && !published().ignores_success() && published().counted_generation() == 0
        );
    }
}

/// circuit-24: opened, or probed, on a clock that was a month ahead.
#[test]
fn what_a_clock_that_was_ahead_has_left_behind_is_no_later_than_now() {
    let month = 30 * 86_400_000;
    let opened = || {
        let breaker = breaker(CircuitPolicy::failures(1).cooldown(SECOND));
        call(&*breaker, Class::RETRYABLE, at(month));
        breaker
    };
    let breaker = opened();
    let looked = breaker.snapshot(START);
    assert_eq!((looked.state, looked.since, looked.next_probe), (State::Open, Some(Duration::ZERO), Some(SECOND)));
    assert_eq!(breaker.allow(START).retry_after, Some(SECOND));
    assert_eq!(breaker.allow(at(400)).retry_after, Some(SECOND * 6 / 10), "it counts from when it was first asked");
    assert_eq!(breaker.state(at(1_000)), State::HalfOpen);
    let _hangs = probe(&*breaker, at(1_000));

    let breaker = opened();
    let _hangs = probe(&*breaker, at(month + 1_000));
    for ms in [0, 400] {
        let told = breaker.allow(at(ms)).retry_after;
        assert!(told.is_some_and(|told| told <= SECOND), "its place is free after a further cooldown: {told:?}");
    }
    call(&*breaker, Class::RETRYABLE, at(1_000));
    assert_eq!(breaker.state(at(1_000)), State::Open);
}
