//! An executor outlives runtimes, and their clocks need not agree: a paused clock may have been a month ahead.

use recourse::circuit::State;
use recourse::hedge::{LatencyRing, LatencyTracker};
use recourse::{BudgetPolicy, CircuitPolicy, Executor, Key, Policy, RetryPolicy};
use recourse_tests::{Fail, Script, busy, ms, ok, on_a_clock};
use std::time::Duration;

const MONTH: Duration = Duration::from_secs(30 * 86_400);

async fn call(executor: &Executor, policy: Policy, script: &Script) -> Result<u32, Fail> {
    executor.call(Key::from_static("search"), policy, || script.play()).await
}

/// circuit-24.
#[test]
fn a_circuit_that_opened_on_a_clock_that_is_ahead_stays_open_for_one_cooldown() {
    let policy = Policy::new().circuit(CircuitPolicy::failures(1).cooldown(ms(5_000)).successes(1));
    let (executor, down, up) = (Executor::new(), Script::new([busy()]), Script::new([ok(7)]));
    on_a_clock(MONTH, async { call(&executor, policy, &down).await.expect_err("it is down") });
    on_a_clock(Duration::ZERO, async {
        for left in [5_000, 4_900] {
            let Fail::Rejected(refused) = call(&executor, policy, &up).await.expect_err("it is open") else {
                panic!("a rejection")
            };
            assert_eq!(refused.retry_after(), Some(ms(left)));
            let status = executor.breakers().get(&Key::from_static("search")).expect("a breaker");
            assert!(status.to_string().starts_with("search  open for "), "{status}");
            assert_eq!(status.snapshot.next_probe, Some(ms(left)));
            tokio::time::advance(ms(100)).await;
        }
        tokio::time::advance(ms(4_800)).await;
        assert_eq!(call(&executor, policy, &up).await.expect("a probe"), 7);
        assert_eq!(
            executor.breakers().get(&Key::from_static("search")).map(|status| status.snapshot.state),
            Some(State::Closed)
        );
    });
}

/// budget-10.
#[test]
fn a_budget_that_was_drained_on_a_clock_that_is_ahead_fills_again() {
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).budget(BudgetPolicy::defaults());
    let (executor, down) = (Executor::new(), Script::new([busy()]));
    on_a_clock(MONTH, async {
        for _ in 0..200 {
            let _ = call(&executor, policy, &down).await;
        }
    });
    on_a_clock(Duration::ZERO, async {
        let retries = async |calls| {
            let before = down.runs();
            for _ in 0..calls {
                let _ = call(&executor, policy, &down).await;
            }
            down.runs() - before - calls
        };
        assert_eq!(retries(50).await, 0);
        tokio::time::advance(ms(1_000)).await;
        assert_eq!(retries(50).await, 10, "a second pays for ten");
    });
}

/// hedge-21: what was learnt on a clock that is ahead is forgotten as fast as anything else.
#[test]
fn latencies_of_a_clock_that_is_ahead_make_room() {
    let ring = LatencyRing::default();
    let samples = async |latency, rate: u32| {
        for _ in 0..60 * rate {
            tokio::time::advance(Duration::from_secs(1) / rate).await;
            ring.observe(latency, recourse::time::Instant::now());
        }
    };
    on_a_clock(MONTH, samples(ms(1), 1_000));
    on_a_clock(Duration::ZERO, samples(ms(50), 100));
    assert_eq!(ring.percentile(50), Some(ms(50)));
    assert!(ring.span().is_none_or(|span| span < MONTH / 10), "{:?}", ring.span());
}
