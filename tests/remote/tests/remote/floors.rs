//! What a document can do at most, compared with what the program says itself.

use recourse::observe::{Timeline, capture};
use recourse::policy::{OperatorBounds, Trip};
use recourse::providers::{PolicyProvider, RemoteProvider};
use recourse::{CircuitPolicy, Executor, ExecutorBuilder, Key, Policy};
use recourse_tests_remote::Plane;
use std::time::Duration;

const SPACES: &str = "https://control.example/policies/{namespace}";
const SECOND: Duration = Duration::from_secs(1);

/// Makes a call of a function with this policy, under this document.
async fn call(text: &str, own: Policy, set: impl FnOnce(ExecutorBuilder) -> ExecutorBuilder) -> Timeline {
    let remote = RemoteProvider::builder(SPACES).transport(Plane::of(text)).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    let executor = set(Executor::builder().provider(remote)).build();
    let call = executor.call(Key::from_static("users.get"), own, async || Ok::<_, String>(()));
    let (result, mut timelines) = capture(call.into_future()).await;
    result.unwrap();
    timelines.remove(0)
}

fn changes(timeline: &Timeline) -> Vec<String> {
    timeline.effective().changes.iter().map(ToString::to_string).collect()
}

/// remote-30.
#[tokio::test(start_paused = true)]
async fn no_time_limit_is_less_than_half_of_the_local_one_and_the_timeline_says_so() {
    let own = Policy::new().timeout(4 * SECOND).attempt_timeout(SECOND);
    let short = r#"{ "users.get": { "timeout": "3ms", "attempt_timeout": "2ms" } }"#;
    let timeline = call(short, own, |builder| builder).await;
    let policy = timeline.effective().policy;
    assert_eq!((policy.timeout, policy.attempt_timeout), (Some(2 * SECOND), Some(SECOND / 2)));
    let told = changes(&timeline);
    assert!(
        told[0].starts_with("timeout: 3ms became 2s: the operator's bounds allow no less than 50% of the local 4s"),
        "{told:?}"
    );
    assert!(told[1].starts_with("attempt_timeout: 2ms became 500ms"), "{told:?}");

    // What is registered stands before the attribute, and what is long enough stays.
    let register =
        |builder: ExecutorBuilder| builder.policy(Key::from_static("users.get"), Policy::new().timeout(6 * SECOND));
    let timeline = call(short, own, register).await;
    assert_eq!(timeline.effective().policy.timeout, Some(3 * SECOND));
    let timeline = call(r#"{ "users.get": { "timeout": "2s" } }"#, own, |builder| builder).await;
    assert_eq!((timeline.effective().policy.timeout, changes(&timeline)), (Some(2 * SECOND), vec![]));
    // The operator says how much; a function without a time limit has no floor.
    let bounds = OperatorBounds::new().min_timeout_percent(0);
    let timeline = call(short, own, |builder| builder.bounds(bounds)).await;
    assert_eq!((timeline.effective().policy.timeout, changes(&timeline)), (Some(3 * SECOND / 1_000), vec![]));
    let timeline = call(short, Policy::new(), |builder| builder).await;
    assert_eq!(timeline.effective().policy.timeout, Some(3 * SECOND / 1_000));
    // With the kill switch in the same document, time limits are what is left.
    let off = r#"{ "users.get": { "enabled": false, "timeout": "3ms" } }"#;
    let timeline = call(off, own, |builder| builder).await;
    assert_eq!(timeline.effective().policy.timeout, Some(2 * SECOND));
    assert_eq!(changes(&timeline).len(), 1);
}

/// remote-30.
#[tokio::test(start_paused = true)]
async fn no_circuit_opens_after_one_failure_unless_the_function_says_so_itself() {
    let trip = async |circuit: &str, own: Policy| {
        let timeline =
            call(&format!(r#"{{ "users.get": {{ "circuit": "{circuit}" }} }}"#), own, |builder| builder).await;
        (timeline.effective().policy.circuit.unwrap().trip, changes(&timeline))
    };
    let (open, told) = trip("1 failures", Policy::new()).await;
    assert_eq!(open, Trip::Failures { failures: 5, window: None });
    assert!(told[0].starts_with("circuit.failures: 1 became 5: the operator's bounds let no circuit open"), "{told:?}");
    let (open, told) = trip("1% of 1 in 10s", Policy::new()).await;
    assert_eq!(open, Trip::Rate { percent: 1, min_calls: 5, window: 10 * SECOND });
    assert!(told[0].starts_with("circuit.min_calls: 1 became 5"), "{told:?}");
    let own = Policy::new().circuit(CircuitPolicy::failures(2));
    assert_eq!(trip("1 failures", own).await.0, Trip::Failures { failures: 2, window: None });
    assert_eq!(trip("9 failures", own).await, (Trip::Failures { failures: 9, window: None }, vec![]));
}

/// concurrency-39: a control plane that is wrong can tighten the slots of a key, and not turn it off.
#[tokio::test(start_paused = true)]
async fn no_document_leaves_fewer_slots_than_the_operator_says() {
    let bounded = async |concurrency: &str, own: &str, bounds: OperatorBounds| {
        let own = Policy::new().concurrency(own.parse().unwrap());
        let text = format!(r#"{{ "users.get": {{ "concurrency": "{concurrency}" }} }}"#);
        let timeline = call(&text, own, |builder| builder.bounds(bounds)).await;
        (timeline.effective().policy.concurrency.unwrap().to_string(), changes(&timeline))
    };
    let default = OperatorBounds::new();
    for (asked, own, became) in [
        ("1 at once", "none", "4 at once"),
        ("1 at once, wait 5ms, queue 2", "none", "4 at once, wait 5ms, queue 2"),
        ("adaptive 1..1", "none", "adaptive 1..4"),
        // The function itself is content with less.
        ("1 at once", "2 at once", "2 at once"),
        ("1 at once", "adaptive 1..3", "3 at once"),
        ("1 at once", "adaptive", "4 at once"),
        // A tenth of what the function has, rounded up.
        ("5 at once", "201 at once", "21 at once"),
        ("adaptive 2..8", "201 at once", "adaptive 2..21"),
    ] {
        let (now, told) = bounded(asked, own, default).await;
        assert_eq!(now, became, "{asked} beside {own}");
        assert!(told.len() == 1 && told[0].starts_with("concurrency."), "{told:?}");
        assert!(told[0].contains("the operator's bounds leave no fewer than"), "{told:?}");
    }
    for (asked, own) in
        [("4 at once", "none"), ("21 at once", "201 at once"), ("none", "8 at once"), ("1 at once", "1 at once")]
    {
        assert_eq!(bounded(asked, own, default).await, (asked.to_owned(), vec![]), "{asked} beside {own}");
    }
    let any = default.min_slots(1).min_limit_percent(0);
    assert_eq!(bounded("1 at once", "201 at once", any).await, ("1 at once".to_owned(), vec![]));
    let all = default.min_limit_percent(u32::MAX);
    assert_eq!(
        bounded("1 at once", "201 at once", all).await.0,
        "201 at once",
        "not more than the function itself asks for"
    );
    let huge = default.min_slots(u32::MAX);
    assert_eq!(bounded("1 at once", "none", huge).await.0, "65536 at once");
}

/// concurrency-40: nor by a rate.
#[tokio::test(start_paused = true)]
async fn no_document_sets_a_smaller_rate_than_the_operator_says() {
    let bounded = async |rate: &str, own: &str, bounds: OperatorBounds| {
        let own = Policy::new().rate(own.parse().unwrap());
        let text = format!(r#"{{ "users.get": {{ "rate": "{rate}" }} }}"#);
        let timeline = call(&text, own, |builder| builder.bounds(bounds)).await;
        (timeline.effective().policy.rate.unwrap().to_string(), changes(&timeline))
    };
    let default = OperatorBounds::new();
    for (asked, own, became) in [
        ("1/h", "none", "60/m"),
        ("59/m, burst 3, wait 5ms, per call", "none", "60/m, burst 3, wait 5ms, per call"),
        ("1/h", "30/h", "30/h"),
        ("1/h", "1000/s", "100/s"),
        ("10/m", "601/m", "61/m"),
    ] {
        let (now, told) = bounded(asked, own, default).await;
        assert_eq!(now, became, "{asked} beside {own}");
        assert!(told.len() == 1 && told[0].starts_with("rate.amount: "), "{told:?}");
        assert!(told[0].contains("the operator's bounds allow no rate below"), "{told:?}");
    }
    for (asked, own) in [("1/s", "none"), ("60/m", "10/s"), ("none", "10/s"), ("30/h", "30/h")] {
        assert_eq!(bounded(asked, own, default).await, (asked.to_owned(), vec![]), "{asked} beside {own}");
    }
    let any = default.min_rate_per_minute(0);
    assert_eq!(bounded("1/h", "none", any).await, ("1/h".to_owned(), vec![]));
    assert_eq!(bounded("1/h", "1000/s", any).await.0, "100/s");
    assert_eq!(bounded("1/h", "1000/s", any.min_limit_percent(0)).await.0, "1/h");
}

/// concurrency-39: what the program says itself, in code or in a file of its own, is its own affair.
#[tokio::test(start_paused = true)]
async fn a_limit_of_the_program_has_no_floor() {
    let own = Policy::new().concurrency("1 at once".parse().unwrap()).rate("1/h".parse().unwrap());
    let timeline = call(r#"{ "users.get": { "timeout": "5s" } }"#, own, |builder| builder).await;
    let policy = timeline.effective().policy;
    assert_eq!((policy.concurrency, policy.rate), (own.concurrency, own.rate));
    assert_eq!(changes(&timeline), [""; 0]);
}

/// remote-30: what else no document can do, whatever it asks for.
#[tokio::test(start_paused = true)]
async fn nothing_that_a_document_asks_for_is_beyond_the_bounds_and_each_change_is_told() {
    let text = r#"{ "users.*": {
        "retry": "1000000 attempts, exponential 1h..20h x1000", "budget": "none", "hedge": "5ms, at most 1000, budget none",
        "circuit": "9 failures, cooldown 1ms"
    } }"#;
    let remote = RemoteProvider::builder(SPACES).transport(Plane::of(text)).prefetch(["users"]).start().unwrap();
    remote.refresh().await.unwrap();
    let policy = remote.provide(&Key::from_static("users.get"), None).policy;
    let (retry, hedge, circuit) = (policy.retry.unwrap(), policy.hedge.unwrap(), policy.circuit.unwrap());
    assert_eq!(retry.to_string(), "10 attempts, exponential 30s..30s x10");
    assert!(
        hedge.max_hedges <= 3 && hedge.budget.limited && policy.budget.unwrap().limited,
        "{hedge} {:?}",
        policy.budget
    );
    assert_eq!(circuit.cooldown, Some(SECOND / 10));
    let fields: Vec<_> = remote.status().documents[0].reports.iter().map(|report| report.field.clone()).collect();
    for field in [
        "retry.max_attempts",
        "retry.initial",
        "retry.max",
        "retry.factor",
        "budget",
        "hedge.max_hedges",
        "hedge.budget",
        "circuit.cooldown",
    ] {
        assert!(fields.iter().any(|told| told == field), "{field}: {fields:?}");
    }
}
