//! The rate against exact arithmetic, on clocks of every kind, and under one rate after another.

use super::{Rate, RateLimit};
use crate::time::Instant;
use proptest::prelude::*;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);

fn after(time: Duration) -> Instant {
    START.saturating_add(time)
}

fn at(ms: u64) -> Instant {
    after(Duration::from_millis(ms))
}

/// rate-1: 100 a second with a burst of 20, asked ten times as often for ten minutes.
#[test]
fn exactly_the_calls_of_the_rate_are_allowed() {
    let limit = RateLimit::new(Rate::per_second(100).burst(20));
    let allowed = (0..600_000).filter(|ms| limit.take(at(*ms)).is_ok()).count();
    assert_eq!(allowed, 20 + 59_999, "a burst, and then one every 10 ms until 599.99 s");
}

/// rate-1: however the calls come, and not only evenly.
#[test]
fn no_time_sees_more_than_the_rate_and_a_burst() {
    let limit = RateLimit::new(Rate::per_second(7).burst(3));
    let allowed: Vec<u64> = (0..200_000).filter(|ms| ms / 1_500 % 2 == 0 && limit.take(at(*ms)).is_ok()).collect();
    for (first, from) in allowed.iter().enumerate() {
        for (last, until) in allowed.iter().enumerate().skip(first).take(50) {
            let most = 3 + (until - from) * 7 / 1_000;
            assert!((last - first + 1) as u64 <= most, "{} calls from {from} to {until} ms", last - first + 1);
        }
    }
}

/// rate-2: the moment that is told is the first at which a call goes.
#[test]
fn the_moment_that_is_told_is_exact() {
    for rate in [Rate::per_second(3), Rate::per_minute(7).burst(4), Rate::per_second(999_983), Rate::per_hour(1)] {
        let limit = RateLimit::new(rate);
        let mut now = START;
        for _ in 0..1_000 {
            while limit.take(now).is_ok() {}
            let wait = limit.take(now).unwrap_err().retry_after;
            now = now.saturating_add(wait);
            let early = Instant::from_nanos(now.as_nanos() - 1);
            assert_eq!(limit.take(early).unwrap_err().retry_after, Duration::from_nanos(1), "{rate}");
            assert!(limit.take(now).is_ok(), "{rate}");
        }
    }
}

/// rate-3: what was used at one rate is used at the next.
#[test]
fn another_rate_forgets_nothing() {
    let limit = RateLimit::new(Rate::per_second(100).burst(20));
    (0..12).for_each(|_| limit.take(START).unwrap());
    for rate in [Rate::per_hour(3).burst(20), Rate::per_second(1_000_000).burst(20), Rate::per_second(100).burst(20)] {
        limit.set_rate(rate, START);
        assert_eq!(limit.available(START), 8, "{rate}");
    }
    limit.set_rate(Rate::per_second(100).burst(5), START);
    assert_eq!(
        limit.take(START).unwrap_err().retry_after,
        Duration::from_millis(80),
        "8 of 12 have to come back first"
    );
    limit.set_rate(Rate::per_second(10).burst(5), START);
    assert_eq!(limit.take(START).unwrap_err().retry_after, Duration::from_millis(800));
    assert!(limit.take(at(800)).is_ok());
}

/// rate-4: a clock that goes back a little is waited for, and one that goes back far is another clock.
#[test]
fn on_another_clock_nobody_waits_for_the_old_time() {
    let limit = RateLimit::new(Rate::per_second(10).burst(5));
    let month = 30 * 86_400_000;
    while limit.take(at(month)).is_ok() {}
    assert_eq!(limit.take(at(month - 500)).unwrap_err().retry_after, Duration::from_millis(600));
    assert_eq!(limit.take(START).unwrap_err().retry_after, Duration::from_millis(100));
    assert!(limit.take(at(100)).is_err(), "refusals change nothing, so the clock counts from the first call");
    for moment in [Instant::from_nanos(1), Instant::from_nanos(u64::MAX)] {
        let _ = (limit.take(moment), limit.available(moment));
    }
}

/// rate-4: years without a call are one burst.
#[test]
fn idle_time_is_saved_up_to_a_burst() {
    let limit = RateLimit::new(Rate::per_second(10).burst(5));
    while limit.take(START).is_ok() {}
    let later = after(Duration::from_secs(300 * 86_400));
    assert_eq!((0..100).filter(|_| limit.take(later).is_ok()).count(), 5);
}

/// rate-5: a call that is given back is there for the next.
#[test]
fn a_call_that_is_given_back_was_not_used() {
    let limit = RateLimit::new(Rate::per_second(10).burst(2));
    (0..1_000).for_each(|_| {
        limit.take(START).unwrap();
        limit.give_back();
    });
    assert_eq!(limit.available(START), 2);
    let far = Duration::from_secs(3_600);
    let waits: Vec<_> = (0..4).map(|_| limit.reserve(far, START).unwrap().as_millis()).collect();
    assert_eq!(waits, [0, 0, 100, 200]);
    limit.give_back();
    assert_eq!(limit.reserve(far, START).unwrap().as_millis(), 200);
    assert_eq!(limit.take(at(200)).unwrap_err().retry_after.as_millis(), 100);
}

#[test]
fn values_out_of_bounds_are_clamped() {
    let texts = [Rate::per_second(u32::MAX), Rate::per_minute(u32::MAX).burst(0), Rate::per_hour(1).burst(u32::MAX)];
    let texts = texts.map(|rate| rate.to_string());
    assert_eq!(texts, ["1000000/s, burst 100000", "60000000/m, burst 1", "1/h, burst 2400"]);
}

/// rate-1: two threads at once get no more than one would.
#[test]
fn threads_share_a_rate() {
    let (limit, barrier) = (RateLimit::new(Rate::per_second(1_000).burst(100)), Barrier::new(2));
    let run = || {
        barrier.wait();
        (0..100_000u64).filter(|us| limit.take(after(Duration::from_micros(us * 10))).is_ok()).count()
    };
    let (here, there) = thread::scope(|scope| {
        let there = scope.spawn(run);
        (run(), there.join().unwrap())
    });
    // One thread may be behind the other by the whole second, and sees a clock that stands still then.
    assert!((1_000..=1_099).contains(&(here + there)), "{here} and {there}");
}

proptest! {
    /// rate-1, rate-2, rate-3, rate-5: against arithmetic of whole numbers, for rates whose interval is one.
    #[test]
    fn it_agrees_with_exact_arithmetic(
        rates in prop::collection::vec((prop::sample::select(vec![1u32, 2, 5, 8, 100, 1_000]), 1u32..30), 1..4),
        script in prop::collection::vec((0u8..22, 0u64..300), 1..300),
    ) {
        let rates: Vec<_> = rates.into_iter().map(|(calls, burst)| (calls, burst, Rate::per_second(calls).burst(burst))).collect();
        let (mut calls, mut burst, rate) = rates[0];
        let limit = RateLimit::new(rate);
        let interval = |calls: u32| 1_000_000_000 / i128::from(calls);
        // When the next call is due, in nanoseconds.
        let (mut due, mut now, mut changes) = (-(1i128 << 80), 0i128, 0);
        for (what, ms) in script {
            let clock = after(Duration::from_nanos(u64::try_from(now).unwrap()));
            let earliest = due - interval(calls) * i128::from(burst - 1);
            match what {
                0..=9 => now += i128::from(ms) * 1_000_000,
                10..=19 => match limit.take(clock) {
                    Ok(()) => {
                        prop_assert!(earliest <= now);
                        due = due.max(now) + interval(calls);
                    }
                    Err(refused) => prop_assert_eq!(i128::try_from(refused.retry_after.as_nanos()).unwrap(), earliest - now),
                },
                20 if due > now => {
                    limit.give_back();
                    due -= interval(calls);
                }
                20 => {}
                _ => {
                    changes += 1;
                    let (next, more, rate) = rates[changes % rates.len()];
                    limit.set_rate(rate, clock);
                    // Rounded to a tick, so that the comparison goes by whole intervals.
                    if due > now {
                        let ticks = (due - now) * 256 * interval(next) / interval(calls);
                        prop_assume!(ticks % 256 == 0);
                        due = now + ticks / 256;
                    }
                    (calls, burst) = (next, more);
                }
            }
        }
    }
}

/// rate-9: a moment that is given back while others are in line is nobody's, since theirs would be given out twice.
#[test]
fn a_moment_in_the_middle_of_the_line_is_given_out_once() {
    let (limit, second) = (RateLimit::new(Rate::per_second(10)), Duration::from_secs(1));
    let taken: Vec<_> = (0..10).map(|_| limit.reserve_last(second, START).unwrap()).collect();
    limit.give_back_last(taken[3].1);
    assert_eq!(limit.reserve(second, START), Ok(second), "behind all the others");
    let limit = RateLimit::new(Rate::per_second(10));
    let taken: Vec<_> = (0..10).map(|_| limit.reserve_last(second, START).unwrap()).collect();
    limit.give_back_last(taken[9].1);
    limit.give_back_last(taken[8].1);
    assert_eq!(limit.reserve(second, START), Ok(Duration::from_millis(800)), "the last two of the line have gone");
}
