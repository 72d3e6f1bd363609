//! The breakers against a plain reference, and one by one against the faults that breakers are known for.

mod agree;
mod clock;
mod extremes;
mod generate;
mod model;
mod policy;
mod probes;
mod steps;
mod threads;
mod windows;

use super::breakers::impl_circuit_breaker;
use super::{
    BuiltInBreaker, CircuitBreaker, CountingBreaker, Decision, Permit, RateBreaker, Snapshot, State, Transition,
};
use crate::outcome::Class;
use crate::time::Instant;
use recourse_policy::{CircuitPolicy, Trip};
use std::time::Duration;

const START: Instant = Instant::from_nanos(1 << 62);
const SECOND: Duration = Duration::from_secs(1);

fn at(ms: u64) -> Instant {
    START.saturating_add(Duration::from_millis(ms))
}

fn breaker(policy: CircuitPolicy) -> Box<dyn CircuitBreaker> {
    match policy.trip {
        Trip::Failures { .. } => Box::new(CountingBreaker::new(policy).unwrap()),
        _ => Box::new(RateBreaker::new(policy).unwrap()),
    }
}

/// The breaker as an executor has it, with the public trait.
#[derive(Debug)]
struct Bare(BuiltInBreaker);

impl_circuit_breaker!(Bare, _);

fn admitted(breaker: &dyn CircuitBreaker, now: Instant) -> Permit {
    let decision = breaker.allow(now);
    let Decision { permit: Some(permit), .. } = decision else { panic!("{decision:?}") };
    permit
}

fn probe(breaker: &dyn CircuitBreaker, now: Instant) -> Permit {
    let permit = admitted(breaker, now);
    assert!(permit.is_probe());
    permit
}

/// A call from its start to its end, at one moment.
fn call(breaker: &dyn CircuitBreaker, class: Class, now: Instant) -> Option<Transition> {
    breaker.record(admitted(breaker, now), class, Duration::ZERO, now)
}

fn calls(breaker: &dyn CircuitBreaker, count: usize, class: Class, now: Instant) {
    for _ in 0..count {
        call(breaker, class, now);
    }
}

/// Creates a breaker that opened at the start, and stays open for a second.
fn opened(policy: CircuitPolicy) -> Box<dyn CircuitBreaker> {
    let breaker = breaker(policy.cooldown(SECOND));
    let opens = (0..1_000).any(|_| call(&*breaker, Class::RETRYABLE, START).is_some());
    assert!(opens && breaker.state(START) == State::Open);
    breaker
}
