//! Many callers above a circuit that is half-open: one of them probes, and the others get through when the circuit has closed.

use super::{POLICY, key};
use futures::future::join_all;
use recourse::circuit::State;
use recourse::{BudgetPolicy, CircuitPolicy, Class, Classify, Executor, Key, Policy, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, busy, ms, ok};
use std::future::IntoFuture as _;
use std::io::Error;

const CALLERS: usize = 50;

struct Stage {
    executor: Executor,
    script: Script,
    inner: Policy,
}

/// A call below, whose circuit is half-open at first.
async fn inner(stage: &Stage) -> Result<u32, Error> {
    let call = stage.executor.call(key(), stage.inner, || stage.script.play());
    call.classify(Classify::classify).await.map_err(|fail| match fail {
        Fail::Rejected(rejected) => rejected.into(),
        other => Error::other(other.to_string()),
    })
}

/// What the attribute finds out by itself.
fn class(error: &Error) -> Class {
    recourse::rejection(error).map_or(Class::RETRYABLE, Classify::classify)
}

#[resilient(key = "outer", executor = stage.executor, retry = "3 attempts", budget = "none")]
async fn outer(stage: &Stage) -> Result<u32, Error> {
    inner(stage).await
}

async fn half_open(circuit: CircuitPolicy) -> Stage {
    recourse::testing::fix_jitter(7);
    let plays = [busy(), busy(), busy(), ok(7).after(ms(5))];
    let stage = Stage { executor: Executor::new(), script: Script::new(plays), inner: Policy::new().circuit(circuit) };
    for _ in 0..3 {
        assert!(inner(&stage).await.is_err());
    }
    tokio::time::advance(circuit.cooldown.expect("one that is named")).await;
    let state = stage.executor.breakers().get(&key()).map(|breaker| breaker.snapshot.state);
    assert_eq!(state, Some(State::HalfOpen));
    stage
}

/// circuit-26: whatever the delays of the callers are.
#[tokio::test(start_paused = true)]
async fn those_that_find_the_probes_busy_get_through_later() {
    let minute = ms(60_000);
    for circuit in
        [POLICY, POLICY.successes(3), POLICY.cooldown(minute), POLICY.cooldown(minute).successes(3).probes(2)]
    {
        let stage = half_open(circuit).await;
        let results = join_all((0..CALLERS).map(|_| outer(&stage))).await;
        let through = results.iter().filter(|result| result.is_ok()).count();
        assert!(through >= 45, "attribute: {through} with {circuit}");
        for retry in ["3 attempts", "3 attempts, fixed 1ms", "3 attempts, no delay", "3 attempts, exponential 1s..10s"]
        {
            let stage = half_open(circuit).await;
            let policy =
                Policy::new().retry(retry.parse::<RetryPolicy>().expect("a text")).budget(BudgetPolicy::none());
            let call = || stage.executor.call(Key::from_static("outer"), policy, || inner(&stage)).classify(class);
            let results = join_all((0..CALLERS).map(|_| call().into_future())).await;
            let through = results.iter().filter(|result| result.is_ok()).count();
            assert!(through >= 45, "{retry}: {through} with {circuit}");
        }
    }
}
