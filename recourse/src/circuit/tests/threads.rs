//! Real threads. All interleavings of few of them are in the loom models.

use super::{CircuitBreaker, SECOND, START, State, admitted, at, breaker, call, calls, opened};
use crate::outcome::Class;
use crate::sync::{AtomicU32, Mutex, Ordering};
use recourse_policy::CircuitPolicy;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// circuit-3: a thousand times 32 callers come at the moment the cooldown is over. What each round admitted and refused.
fn rounds(breaker: &dyn CircuitBreaker, rounds: u64) -> Vec<(u32, u32)> {
    const CALLERS: usize = 32;
    let (barrier, admitted, refused) = (Barrier::new(CALLERS), AtomicU32::new(0), AtomicU32::new(0));
    let found = Mutex::new(Vec::new());
    let caller = |leads: bool| {
        for round in 0..rounds {
            let now = at(round * 10_000);
            if leads {
                breaker.reset(now);
                call(breaker, Class::RETRYABLE, now);
            }
            barrier.wait();
            let decision = breaker.allow(now.saturating_add(SECOND));
            if decision.permit.is_some() { &admitted } else { &refused }.fetch_add(1, Ordering::Relaxed);
            barrier.wait();
            if leads {
                let counts = [&admitted, &refused].map(|count| count.swap(0, Ordering::Relaxed));
                found.lock().unwrap().push((counts[0], counts[1]));
            }
            drop(decision);
            barrier.wait();
        }
    };
    thread::scope(|scope| {
        (0..CALLERS).for_each(|number| drop(scope.spawn(move || caller(number == 0))));
    });
    found.into_inner().unwrap()
}

#[test]
fn one_of_32_callers_is_the_probe_a_thousand_times() {
    assert_eq!(rounds(&*opened(CircuitPolicy::failures(1)), 1_000), vec![(1, 31); 1_000]);
}

#[test]
fn five_of_32_callers_are_probes_where_five_may() {
    assert_eq!(rounds(&*opened(CircuitPolicy::failures(1).probes(5)), 100), vec![(5, 27); 100]);
}

/// While it stays closed; each thread counts in a stripe of its own.
#[test]
fn successes_of_all_threads_are_counted() {
    let breaker = breaker(CircuitPolicy::rate(50, 20, SECOND * 10));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for ms in 0..20_000 {
                    let now = at(ms / 10);
                    breaker.record(admitted(&*breaker, now), Class::Success, Duration::ZERO, now);
                }
            });
        }
    });
    assert_eq!(breaker.snapshot(at(2_000)).calls, 40_000);
}

/// Of threads that fail, succeed, probe, and go away at random, none finds it wedged, and all places come back.
#[test]
fn all_places_come_back_whatever_threads_do() {
    let breaker = opened(CircuitPolicy::failures(2).probes(3).successes(2));
    let clock = AtomicU32::new(0);
    let worker = |seed: u32| {
        for turn in 0..20_000u32 {
            let now = at(u64::from(clock.fetch_add(1, Ordering::Relaxed)) * 10);
            let what = turn.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 29;
            match (breaker.allow(now).permit, what) {
                (Some(permit), 0..4) => drop(breaker.record(permit, Class::Success, Duration::ZERO, now)),
                (Some(permit), 4..6) => drop(breaker.record(permit, Class::RETRYABLE, Duration::ZERO, now)),
                (permit, _) => drop(permit),
            }
        }
    };
    thread::scope(|scope| (0..4).for_each(|seed| drop(scope.spawn(move || worker(seed << 29)))));
    let now = START.saturating_add(SECOND * 86_400);
    assert_eq!(breaker.snapshot(now).probes, 0);
    calls(&*breaker, 5, Class::Success, now);
    assert_eq!(breaker.state(now), State::Closed);
}
