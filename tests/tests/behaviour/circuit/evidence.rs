//! What counts as evidence against a dependency when it is cut: by the call's own deadline, beside others, or from outside.

use super::key;
use recourse::{Executor, Policy};
use recourse_tests::{Fail, Script, busy, hangs, ms, ok};
use std::future::IntoFuture as _;
use std::time::Duration;
use tokio::time::timeout;

fn policy(circuit: &str) -> Policy {
    Policy::new().circuit(circuit.parse().expect("a circuit"))
}

async fn call(executor: &Executor, policy: Policy, script: &Script) -> Result<u32, Fail> {
    executor.call(key(), policy, || script.play()).classify(recourse::Classify::classify).into_future().await
}

fn failures(executor: &Executor) -> u64 {
    executor.breakers().get(&key()).expect("a breaker").snapshot.failures
}

/// circuit-20.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_the_deadline_cuts_counts_if_it_had_half_of_the_calls_time() {
    for (first, counts) in [(ms(89), 1), (ms(60), 1), (ms(40), 2)] {
        let executor = Executor::new();
        let policy = policy("9 failures, cooldown 1s").retry("2 attempts, no delay".parse().unwrap()).timeout(ms(100));
        let script = Script::new([busy().after(first), hangs()]);
        assert!(call(&executor, policy, &script).await.is_err());
        assert_eq!(failures(&executor), counts, "the first attempt took {first:?} of 100 ms");
    }
}

/// circuit-20. A dependency that hangs is found by callers of whatever patience, and one that answers is not.
#[tokio::test(start_paused = true)]
async fn a_hung_dependency_opens_under_impatient_callers_and_a_healthy_one_does_not() {
    let patience = |patience| policy("50% of 20 in 10s, cooldown 1s").timeout(patience);
    let hung = Executor::new();
    for _ in 0..20 {
        let _ = call(&hung, patience(ms(20)), &Script::new([hangs()])).await;
    }
    assert_eq!(super::state_in(&hung), recourse::circuit::State::Open);

    // Answers in 50 ms. Two calls in five fail once, and have 10 ms left for the next attempt.
    let healthy = Executor::new();
    let retried = |time| patience(time).retry("2 attempts, no delay".parse().unwrap());
    for n in 0..50 {
        let script = match n % 5 {
            0 | 1 => Script::new([busy().after(ms(90)), ok(7).after(ms(50))]),
            _ => Script::new([ok(7).after(ms(50))]),
        };
        let _ = call(&healthy, retried(ms(100)), &script).await;
    }
    assert_eq!(super::state_in(&healthy), recourse::circuit::State::Closed);
}

/// circuit-20, too: an attempt that ran longer than `slow` counts, whatever share of the call's time it had.
#[tokio::test(start_paused = true)]
async fn slow_counts_in_an_attempt_that_the_deadline_cuts() {
    let executor = Executor::new();
    let policy =
        policy("9 failures, slow 20ms, cooldown 1s").retry("2 attempts, no delay".parse().unwrap()).timeout(ms(100));
    let script = Script::new([busy().after(ms(70)), hangs()]);
    assert!(call(&executor, policy, &script).await.is_err());
    assert_eq!(failures(&executor), 2, "30 ms are not half of 100, and longer than 20");
}

/// circuit-21.
#[tokio::test(start_paused = true)]
async fn one_deadline_is_one_piece_of_evidence_for_a_group() {
    let executor = Executor::new();
    let policy = policy("9 failures, cooldown 1s").hedge("10ms, at most 2".parse().unwrap()).timeout(ms(100));
    for calls in 1..=3 {
        assert!(call(&executor, policy, &Script::new([hangs()])).await.is_err());
        assert_eq!(failures(&executor), calls);
    }
}

/// circuit-22.
#[tokio::test(start_paused = true)]
async fn what_ran_longer_than_slow_counts_however_it_ends() {
    let slow = policy("3 failures, slow 100ms, cooldown 1s");
    let executor = Executor::new();
    for calls in 1..=2 {
        let cut = timeout(Duration::from_secs(1), call(&executor, slow, &Script::new([hangs()]))).await;
        assert!(cut.is_err());
        assert_eq!(failures(&executor), calls, "cut by a timeout of tokio's");
    }
    let script = Script::new([hangs()]);
    let lost = recourse::race!(call(&executor, slow, &script), async {
        tokio::time::sleep(ms(200)).await;
        Ok::<u32, Fail>(1)
    });
    assert_eq!(lost.await.unwrap(), 1);
    assert_eq!(super::state_in(&executor), recourse::circuit::State::Open, "a race dropped it");

    let fast = Executor::new();
    let cut = timeout(ms(90), call(&fast, slow, &Script::new([hangs()]))).await;
    assert!(cut.is_err());
    assert_eq!(failures(&fast), 0, "a shorter time says nothing");
    let hedged = slow.hedge("500ms".parse().unwrap());
    let cut = timeout(ms(200), call(&fast, hedged, &Script::new([hangs()]))).await;
    assert!(cut.is_err());
    assert_eq!(failures(&fast), 1, "also of a call that may hedge");
}
