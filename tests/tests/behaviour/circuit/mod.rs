//! Circuit breakers in guarded calls. The state machine alone is tested beside its code.

mod conformance;
mod custom;
mod evidence;
mod gate;
mod half_open;
mod health;
mod held;
mod herd;
mod operators;
mod patterns;
mod registry;
mod retries;
mod wall_clock;

use recourse::circuit::State;
use recourse::observe::{Event, Timeline};
use recourse::{CircuitPolicy, Key, Policy, Rejected, RejectionKind, resilient};
use recourse_tests::{Fail, Play, Stage, busy, ms, timeline as seen, wait};
use std::time::Duration;

/// Opens after three failures in a row, for a second; one probe closes it.
const POLICY: CircuitPolicy = CircuitPolicy::failures(3).cooldown(Duration::from_secs(1)).successes(1);
const COOLDOWN: Duration = ms(1_000);
/// All of the cooldown but its last millisecond.
const ALMOST: Duration = ms(999);

#[resilient(key = "db.get", executor = stage.executor, circuit = POLICY)]
async fn get(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

fn key() -> Key {
    Key::from_static("db.get")
}

fn state(stage: &Stage) -> State {
    stage.executor.breakers().get(&key()).map_or(State::Closed, |breaker| breaker.snapshot.state)
}

/// A stage whose breaker three failures have opened; `then` is what the dependency does next.
async fn open(then: impl IntoIterator<Item = Play>) -> Stage {
    let stage = Stage::new([busy(), busy(), busy()].into_iter().chain(then));
    for _ in 0..3 {
        assert!(get(&stage).await.is_err_and(|fail| fail.rejection().is_none()));
    }
    assert_eq!(state(&stage), State::Open);
    stage
}

/// The same, and its cooldown is over.
async fn due(then: impl IntoIterator<Item = Play>) -> Stage {
    let stage = open(then).await;
    tokio::time::advance(COOLDOWN).await;
    assert_eq!(state(&stage), State::HalfOpen);
    stage
}

fn is_refused<T>(result: &Result<T, Fail>) -> bool {
    result.as_ref().err().and_then(Fail::rejection) == Some(RejectionKind::CircuitOpen)
}

fn refusal(result: Result<u32, Fail>) -> Rejected {
    match result {
        Err(Fail::Rejected(rejected)) if rejected.kind() == RejectionKind::CircuitOpen => rejected,
        other => panic!("not refused by the circuit: {other:?}"),
    }
}

/// The changes of state that a call brought about.
fn changes(timeline: &Timeline) -> Vec<(State, State)> {
    let changed = timeline.events().iter().filter_map(|moment| match moment.event {
        Event::CircuitChanged { from, to, .. } => Some((from, to)),
        _ => None,
    });
    changed.collect()
}

fn policy() -> Policy {
    Policy::new().circuit(POLICY)
}

/// The state of the breaker of [`key`].
fn state_in(executor: &recourse::Executor) -> State {
    executor.breakers().get(&key()).expect("a breaker").snapshot.state
}
