//! The breakers on their own: an attempt that is admitted and succeeds, on one thread and on two, and one that is refused.

use crate::rounds::{Case, both, plain};
use recourse::circuit::{CircuitBreaker, CountingBreaker, RateBreaker};
use recourse::time::Instant;
use recourse::{CircuitPolicy, Class};
use std::sync::Arc;
use std::time::Duration;

/// The breakers. Moments are handed in; where a rate is counted they are a microsecond apart, and of two threads each counts
/// in a stripe of its own.
pub fn breakers() -> Vec<Case> {
    let now = Instant::now();
    let (row, open, shared_row) = (in_a_row(), in_a_row(), Arc::new(in_a_row()));
    let (rate, full, shared_rate) = (by_rate(), by_rate(), Arc::new(by_rate()));
    let (mut clock, mut late) = (Clock::new(), Clock::new());
    (0..100_000).for_each(|_| pass(&full, late.tick()));
    (0..5).for_each(|_| end(&open, Class::RETRYABLE, now));
    assert!(open.allow(now).permit.is_none(), "five failures open it");
    vec![
        plain("breaker: allow + success", move || pass(&row, now)),
        both("breaker: allow + success, 2 threads", move || {
            let breaker = shared_row.clone();
            move || pass(&*breaker, now)
        }),
        plain("rate breaker: allow + success", move || pass(&rate, clock.tick())),
        plain("rate breaker: the same, 100,000 calls later", move || pass(&full, late.tick())),
        both("rate breaker: allow + success, 2 threads", move || {
            let (breaker, mut clock) = (shared_rate.clone(), Clock::new());
            move || pass(&*breaker, clock.tick())
        }),
        plain("open breaker: refuse", move || open.allow(now)),
    ]
}

fn in_a_row() -> CountingBreaker {
    CountingBreaker::new(CircuitPolicy::failures(5)).expect("failures in a row")
}

fn by_rate() -> RateBreaker {
    RateBreaker::new(CircuitPolicy::defaults()).expect("a rate")
}

#[inline]
fn pass(breaker: &impl CircuitBreaker, now: Instant) {
    end(breaker, Class::Success, now);
}

#[inline]
fn end(breaker: &impl CircuitBreaker, class: Class, now: Instant) {
    let permit = breaker.allow(now).permit.expect("it is closed");
    breaker.record(permit, class, Duration::ZERO, now);
}

/// Goes on by a microsecond whenever it is read, and costs an addition.
struct Clock(u64);

impl Clock {
    fn new() -> Self {
        Self(Instant::now().as_nanos())
    }

    #[inline]
    fn tick(&mut self) -> Instant {
        self.0 += 1_000;
        Instant::from_nanos(self.0)
    }
}
