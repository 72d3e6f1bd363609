//! Races of guarded calls, and guarded calls that race.

use super::{fails, ok, since, wait};
use recourse::circuit::State;
use recourse::observe::{Reason, capture};
use recourse::{CircuitPolicy, Key, race, resilient};
use recourse_tests::{Fail, Stage, busy, hangs, ms, ok as plays};
use std::time::Duration;
use tokio::time::{Instant, advance};

const POLICY: CircuitPolicy = CircuitPolicy::failures(2).cooldown(Duration::from_secs(1)).successes(1);

#[resilient(key = "race.get", executor = stage.executor, circuit = POLICY)]
async fn get(stage: &Stage) -> Result<u32, Fail> {
    stage.script.play().await
}

/// CASES 31, F01: no probe is lost with a race.
#[tokio::test(start_paused = true)]
async fn a_probe_in_a_losing_branch_gives_its_slot_back() {
    let stage = Stage::new([busy(), busy(), hangs(), plays(7)]);
    for _ in 0..2 {
        assert!(get(&stage).await.is_err());
    }
    advance(ms(1_000)).await;
    let state = || stage.executor.breakers().get(&Key::from_static("race.get")).map(|breaker| breaker.snapshot.state);
    assert_eq!(state(), Some(State::HalfOpen));

    assert_eq!(race!(get(&stage), ok(1, 5)).await.unwrap(), 1);
    assert_eq!((stage.script.runs(), stage.script.live()), (3, 0), "the probe ran, and is gone");
    assert_eq!(get(&stage).await.expect("the slot is free"), 7);
    assert_eq!(state(), Some(State::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_guarded_call_that_loses_is_told_as_cancelled() {
    let stage = Stage::new([hangs()]);
    let (winner, timelines) = capture(async { race!(get(&stage), ok(1, 5)).await }).await;
    assert_eq!(winner.unwrap(), 1);
    assert_eq!((timelines.len(), timelines[0].reason()), (1, Reason::Cancelled));
}

#[resilient(key = "race.inside", retry = "3 attempts, fixed 1ms", timeout = "100ms")]
async fn races_inside(first: &str, second: u64) -> Result<u32, String> {
    let winner = race!(stagger = 10ms; a = fails(if first == "down" { "down" } else { "late" }, 2), b = ok(7, second));
    winner.await.map_err(|error| error.a.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_guarded_function_may_race_and_is_send() {
    let start = Instant::now();
    assert_eq!(tokio::spawn(races_inside("down", 20)).await.unwrap(), Ok(7));
    assert_eq!(since(start), ms(22));
    wait(1).await;
}
