//! A circuit that changes during the retries of a call.

use super::{COOLDOWN, changes, get, is_refused, key, seen, state, wait};
use recourse::budget::{Budget, TokenBucket};
use recourse::circuit::State;
use recourse::observe::{EndReason, Event};
use recourse::{BudgetPolicy, CircuitPolicy, Policy, RejectionKind, RetryPolicy, resilient};
use recourse_tests::{Fail, Script, Stage, busy, ms, ok, through_both_front_ends};
use std::time::Duration;

/// An open breaker ends the call with the last real error: before a delay, and where there is none.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_in_the_middle_of_the_retries_stops_the_rest() {
    through_both_front_ends!({ retry = "5 attempts, fixed 10ms", circuit = "3 failures in 10s" }, [busy()], |run| {
        run.returned_err("busy").attempts(3).took(ms(20)).stopped_by(EndReason::CircuitOpen);
        let last = run.timeline.events().iter().rev().nth(1).expect("an event before the end");
        assert!(matches!(last.event, Event::CircuitDenied { .. }), "{last:?}");
    });
    through_both_front_ends!({ retry = "5 attempts, no delay", circuit = "3 failures in 10s" }, [busy()], |run| {
        run.returned_err("busy").attempts(3).took(ms(0)).stopped_by(EndReason::CircuitOpen);
    });
}

/// circuit-25: what may end the retries early is said, and is no error: attempts that are slow leave the window.
#[tokio::test(start_paused = true)]
async fn attempts_that_may_open_their_circuit_are_a_note_in_the_timeline() {
    through_both_front_ends!({ retry = "5 attempts, no delay", circuit = "3 failures in 1m" }, [busy()], |run| {
        run.returned_err("busy").attempts(3);
        let [note] = &run.timeline.effective().conflicts[..] else { panic!("{:?}", run.timeline.effective()) };
        assert!(note.is_note);
        assert!(run.timeline.to_string().contains("\n  note: retry: of 5 attempts that fail, attempt 3 may open the circuit"));
    });
    through_both_front_ends!({ retry = "3 attempts, no delay", circuit = "3 failures in 1m" }, [busy()], |run| {
        assert_eq!(run.attempts(3).timeline.effective().conflicts, []);
    });
    through_both_front_ends!(
        { retry = "5 attempts, no delay", circuit = "3 failures in 1m" },
        [busy().after(ms(40_000))],
        |run| {
            run.returned_err("busy").attempts(5);
        }
    );
}

/// circuit-25: in constants, too; in code the policy is applied all the same.
#[tokio::test(start_paused = true)]
async fn more_attempts_than_failures_in_a_row_are_a_contradiction() {
    let policy = Policy::new().retry(RetryPolicy::attempts(5).no_delay()).circuit(CircuitPolicy::failures(3));
    let panic = std::panic::catch_unwind(|| policy.validated()).expect_err("a compile error in a constant");
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    assert!(text.is_some_and(|text| text.starts_with("retry: there are more attempts than the failures")), "{text:?}");
    let stage = Stage::new([busy()]);
    let call = stage.executor.call(key(), policy, || stage.script.play()).into_future();
    let (result, timeline) = recourse_tests::timeline(call).await;
    assert!(result.is_err() && stage.script.runs() == 3);
    assert_eq!(timeline.effective().conflicts.iter().map(|conflict| conflict.is_note).collect::<Vec<_>>(), [false]);
}

/// Opened by others while this call waits for its next attempt: the error is gone by then, so the library speaks.
#[tokio::test(start_paused = true)]
async fn a_breaker_that_opens_during_the_delay_rejects_the_retry() {
    #[resilient(key = "db.get", executor = stage.executor, circuit = POLICY, retry = "3 attempts, fixed 100ms")]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    const POLICY: CircuitPolicy = super::POLICY;
    let stage = Stage::new([busy(), busy(), busy(), ok(7)]);
    let others = async {
        wait(50).await;
        let _ = get(&stage).await;
        let _ = get(&stage).await;
    };
    let ((result, timeline), ()) = futures::future::join(seen(call(&stage)), others).await;
    let rejected = super::refusal(result);
    assert_eq!((rejected.attempts(), rejected.last_error()), (1, Some("busy")));
    assert!(changes(&timeline).is_empty(), "others opened it");
    assert_eq!(rejected.to_string(), "`db.get` was not called again after 1 attempt: its circuit is open");
    let retry_after = rejected.retry_after().expect("it knows");
    assert!((ms(940)..COOLDOWN).contains(&retry_after), "{retry_after:?}");
    assert_eq!((timeline.reason(), timeline.attempt_count()), (EndReason::CircuitOpen, 1));

    let stage = Stage::new([busy(), busy(), busy()]);
    let others = async {
        wait(50).await;
        let _ = get(&stage).await;
        let _ = get(&stage).await;
    };
    let (unseen, ()) = futures::future::join(call(&stage), others).await;
    assert_eq!(super::refusal(unseen).last_error(), Some("busy"), "also where nobody looks");
}

/// Before the delay only one that is surely open is a reason to stop: the cooldown may be over.
#[tokio::test(start_paused = true)]
async fn a_retry_after_the_cooldown_goes_as_the_probe() {
    for retry in [RetryPolicy::attempts(2).no_delay(), RetryPolicy::attempts(2).fixed(ms(50))] {
        let circuit = CircuitPolicy::failures(1).cooldown(ms(100)).successes(1);
        let policy = Policy::new().circuit(circuit).retry(retry);
        let stage = Stage::new([busy().after(ms(300)), busy(), ok(7)]);
        let call = stage.executor.call(key(), policy, || stage.script.play());
        let other = async {
            wait(10).await;
            let _ = stage.executor.call(key(), Policy::new().circuit(circuit), || stage.script.play()).await;
        };
        let ((result, timeline), ()) = futures::future::join(seen(call.into_future()), other).await;
        assert_eq!((result.expect("the probe"), state(&stage)), (7, State::Closed));
        assert_eq!(changes(&timeline), [(State::Open, State::HalfOpen), (State::HalfOpen, State::Closed)]);
    }
}

/// A retry without a delay that finds the probes busy gives back what was paid for it.
#[tokio::test(start_paused = true)]
async fn a_retry_that_the_probes_keep_out_is_refunded() {
    static BUDGET: TokenBucket = TokenBucket::new(BudgetPolicy::percent(0).per_second(1));
    #[resilient(
        key = "db.get", executor = stage.executor, retry = "3 attempts, no delay", budget = BUDGET,
        circuit = "1 failure in 10s, cooldown 100ms, 1 success"
    )]
    async fn call(stage: &Stage) -> Result<u32, Fail> {
        stage.script.play().await
    }
    let stage = Stage::new([busy().after(ms(200)), busy(), ok(7).after(ms(90))]);
    let others = async {
        let circuit = CircuitPolicy::failures(1).within(ms(10_000)).cooldown(ms(100)).successes(1);
        let other = || stage.executor.call(key(), Policy::new().circuit(circuit), || stage.script.play()).into_future();
        wait(10).await;
        let _ = other().await;
        wait(150).await;
        other().await
    };
    let (result, probe) = futures::future::join(call(&stage), others).await;
    assert!(result.is_err_and(|fail| fail.rejection().is_none()) && probe.is_ok());
    assert_eq!(BUDGET.balance(), 10);
}

/// A retry that is refused was not paid for in the end.
#[tokio::test(start_paused = true)]
async fn a_retry_that_the_circuit_refuses_costs_no_budget() {
    let budget = BudgetPolicy::percent(0).per_second(1);
    let retry = RetryPolicy::attempts(10).fixed(ms(1));
    let stage = Stage::new([busy()]);
    for calls in 0..50 {
        let policy = Policy::new().retry(retry).budget(budget).circuit(CircuitPolicy::failures(1).cooldown(ms(100)));
        let (_, timeline) = seen(stage.executor.call(key(), policy, || stage.script.play()).into_future()).await;
        assert_eq!(timeline.reason(), EndReason::CircuitOpen, "call {calls}: the budget has 10, and is never asked");
        tokio::time::advance(ms(100)).await;
    }
}

/// A retry whose delay outlasts the cooldown is a probe: one attempt, whatever the policy would allow.
#[tokio::test(start_paused = true)]
async fn a_retry_can_be_the_probe() {
    let circuit = CircuitPolicy::failures(2).cooldown(ms(100)).successes(1);
    let retry = RetryPolicy::attempts(5).fixed(ms(500));
    let policy = Policy::new().circuit(circuit).retry(retry);
    let stage = Stage::new([busy(), busy(), busy(), ok(7)]);
    let slow = stage.executor.call(key(), policy, || stage.script.play());
    let other = async {
        wait(10).await;
        let _ = stage.executor.call(key(), Policy::new().circuit(circuit), || stage.script.play()).await;
    };
    let ((result, timeline), ()) = futures::future::join(seen(slow.into_future()), other).await;
    assert_eq!(result.expect_err("the probe failed, too").to_string(), "busy");
    assert_eq!(changes(&timeline), [(State::Open, State::HalfOpen), (State::HalfOpen, State::Open)]);
    assert_eq!((timeline.attempt_count(), timeline.reason()), (2, EndReason::CircuitOpen));
}

/// The same without a delay: the permit is taken while the error is still there.
#[tokio::test(start_paused = true)]
async fn a_retry_without_a_delay_keeps_its_error_where_probes_are_busy() {
    let circuit = CircuitPolicy::failures(1).cooldown(ms(100)).successes(1);
    let (with, without) =
        (Policy::new().circuit(circuit).retry(RetryPolicy::attempts(3).no_delay()), Policy::new().circuit(circuit));
    let stage = Stage::new([busy().after(ms(200)), busy(), ok(7).after(ms(90))]);
    let call = stage.executor.call(key(), with, || stage.script.play());
    let others = async {
        wait(10).await;
        let _ = stage.executor.call(key(), without, || stage.script.play()).await;
        wait(150).await;
        stage.executor.call(key(), without, || stage.script.play()).await
    };
    let ((result, timeline), probe) = futures::future::join(seen(call.into_future()), others).await;
    assert_eq!(result.expect_err("its own").to_string(), "busy");
    assert_eq!((timeline.reason(), timeline.attempt_count()), (EndReason::CircuitOpen, 1));
    assert_eq!((probe.unwrap(), state(&stage)), (7, State::Closed));
}

/// circuit-13: a guarded call inside a guarded call of the same key.
#[tokio::test(start_paused = true)]
async fn the_same_breaker_nested_in_itself_neither_deadlocks_nor_counts_twice_for_one_body() {
    let stage = super::due([ok(7)]).await;
    let inner = || async { get(&stage).await };
    let nested = stage.executor.call(key(), super::policy(), inner).await;
    assert!(is_refused(&nested), "the outer call is the probe, so the inner one is refused");
    assert_eq!(state(&stage), State::Open, "and the probe failed with it");
    tokio::time::advance(COOLDOWN).await;
    assert_eq!(get(&stage).await.expect("all permits are back"), 7);
}

/// An outer call that retries waits for the inner one's circuit, where that fits.
#[tokio::test(start_paused = true)]
async fn an_outer_retry_comes_back_when_the_inner_circuit_says() {
    #[resilient(key = "outer", executor = stage.executor, retry = "2 attempts, no jitter", timeout = "10s")]
    async fn outer(stage: &Stage) -> Result<u32, std::io::Error> {
        get(stage).await.map_err(|fail| match fail {
            Fail::Rejected(rejected) => rejected.into(),
            other => std::io::Error::other(other.to_string()),
        })
    }
    let stage = super::open([ok(7)]).await;
    let start = tokio::time::Instant::now();
    assert_eq!(outer(&stage).await.expect("the second attempt was a probe"), 7);
    assert!((COOLDOWN..COOLDOWN + ms(2)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

/// Retries of many calls together open it, and then nothing reaches the dependency.
#[tokio::test(start_paused = true)]
async fn an_outage_is_met_by_few_calls() {
    let script = Script::new([busy()]);
    let executor = recourse::Executor::new();
    let policy = Policy::defaults().timeout(Duration::from_secs(3));
    let mut refused = 0;
    for _ in 0..1_000 {
        let result = executor.call(key(), policy, || script.play()).await;
        refused += usize::from(result.is_err_and(|fail| fail.rejection() == Some(RejectionKind::CircuitOpen)));
        tokio::time::advance(ms(1)).await;
    }
    assert!(script.runs() <= 25, "{} attempts of a thousand calls: the twentieth failure opens it", script.runs());
    assert!(refused >= 980, "{refused}");
}
