//! Requests: how many are made, and what a layer does with a request that is not `Clone`.

use super::{Played, ms};
use recourse::classify::Classify as _;
use recourse::layers::{ResilientLayer, circuit, hedge, retry, timeout};
use recourse::observe::{EndReason, capture};
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, Policy, RetryPolicy};
use recourse_tests::{Fail, broken, busy, hangs, ok};
use std::cell::Cell;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::{ServiceExt, service_fn};

/// There is one of it.
struct Single(u32);

async fn get(single: Single) -> Result<u32, Fail> {
    Ok(single.0)
}

#[tokio::test(start_paused = true)]
async fn layers_that_repeat_nothing_take_requests_that_are_not_clone() {
    let policy = circuit(CircuitPolicy::defaults()) + timeout(ms(50));
    assert_eq!(policy.layer(service_fn(get)).oneshot(Single(7)).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn once_takes_away_what_repeats_and_the_timeline_says_so() {
    let key = Key::from_static("single");
    let registered = Policy::new().retry(RetryPolicy::attempts(3).no_delay()).timeout(ms(50));
    let executor = Executor::builder().policy(key.clone(), registered).build();
    let down = service_fn(|_: Single| ready(Err::<u32, _>(Fail::Busy(None))));
    let service = ResilientLayer::new(&executor, key).once().layer(down);
    let (result, timelines) = capture(service.oneshot(Single(7))).await;
    assert!(result.unwrap_err().inner().is_some());
    assert_eq!(timelines[0].attempt_count(), 1);
    assert_eq!(timelines[0].effective().changes[0].field, "retry");
}

/// Counts its clones.
struct Counted(Arc<AtomicUsize>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(self.0.clone())
    }
}

async fn clones(layer: recourse::algebra::PolicyLayer<ResilientLayer>, played: Played) -> usize {
    let clones = Arc::new(AtomicUsize::new(0));
    let _ = layer.layer(played).oneshot(Counted(clones.clone())).await;
    clones.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_request_is_cloned_once_for_each_attempt_that_may_follow() {
    let three = || retry(RetryPolicy::attempts(3).no_delay());
    assert_eq!(clones(three(), Played::new([ok(7)])).await, 1);
    assert_eq!(clones(three(), Played::new([busy(), ok(7)])).await, 2);
    assert_eq!(clones(three(), Played::new([busy()])).await, 2, "the last attempt has the last one");
    assert_eq!(clones(retry(RetryPolicy::none()), Played::new([busy()])).await, 0);
}

/// Each retry may have a hedge, so there may be four attempts; and a hedge that may be is a request that is cloned.
#[tokio::test(start_paused = true)]
async fn retries_and_hedges_have_a_request_each() {
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).hedge(HedgePolicy::after(ms(10)).at_most(1));
    let layer = || ResilientLayer::new(&Executor::new(), Key::from_static("both")).policy(policy);
    let slow = || busy().after(ms(30));
    let played = Played::new([slow(), slow(), slow(), slow()]);
    assert_eq!((clones(layer(), played.clone()).await, played.runs()), (3, 4));
    assert_eq!(clones(hedge(HedgePolicy::after(ms(10)).at_most(1)), Played::new([hangs(), ok(7)])).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_clones_no_request() {
    let executor = Executor::new();
    let policy = Policy::new().retry(RetryPolicy::attempts(3).no_delay()).circuit(CircuitPolicy::failures(1));
    let layer = || ResilientLayer::new(&executor, Key::from_static("down")).policy(policy);
    assert_eq!(clones(layer(), Played::new([busy()])).await, 1);
    assert_eq!(clones(layer(), Played::new([ok(7)])).await, 0);
}

/// As many requests as it says.
fn at_most(forks: usize) -> impl Fn(&()) -> Option<()> + Clone {
    let left = Cell::new(forks);
    move |()| {
        let some = left.get().checked_sub(1);
        left.set(some.unwrap_or(0));
        some.map(|_| ())
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_the_last_request_that_there_is() {
    for forks in 0..4 {
        let played = Played::new([busy()]);
        let layer = retry(RetryPolicy::attempts(4).no_delay()).fork(at_most(forks));
        let (result, timelines) = capture(layer.layer(played.clone()).oneshot(())).await;
        assert!(result.unwrap_err().inner().is_some(), "the service's own error");
        assert_eq!((played.runs(), timelines[0].attempt_count()), (forks + 1, forks + 1));
        assert_eq!(timelines[0].reason(), EndReason::AttemptsExhausted);
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_end_with_the_last_request_and_those_that_run_go_on() {
    let policy = Policy::new().hedge(HedgePolicy::after(ms(10)).at_most(3)).retry(RetryPolicy::attempts(3).no_delay());
    for forks in 0..3 {
        let played = Played::new([hangs(), hangs(), ok(7).after(ms(100)), ok(8)]);
        let layer = ResilientLayer::new(&Executor::new(), Key::from_static("few")).policy(policy.timeout(ms(150)));
        let result = layer.fork(at_most(forks)).layer(played.clone()).oneshot(()).await;
        assert_eq!((played.runs(), played.live(), result.ok()), (forks + 1, 0, (forks == 2).then_some(7)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_from_outside_hedges_only_what_somebody_vouched_for() {
    let key = Key::from_static("vouched");
    let hedge = Policy::new().hedge(HedgePolicy::after(ms(10)).at_most(1));
    let executor = Executor::builder().policy(key.clone(), hedge).build();
    let layer = ResilientLayer::new(&executor, key);
    for (layer, runs) in [(layer.clone(), 1), (layer.idempotent(), 2)] {
        let played = Played::new([ok(7).after(ms(30))]);
        assert_eq!(layer.layer(played.clone()).oneshot(()).await.unwrap(), 7);
        assert_eq!(played.runs(), runs);
    }
}

/// A call whose request cannot be had again is under the same policy as any other.
#[tokio::test(start_paused = true)]
async fn without_a_further_request_the_rest_of_the_policy_stays() {
    // Around it, it counts as one that has made its retries.
    let below = Policy::new().retry(RetryPolicy::attempts(3).fixed(ms(10))).timeout(ms(100)).attempt_timeout(ms(40));
    let below = ResilientLayer::new(&Executor::new(), Key::from_static("db")).policy(below).fork(at_most(1));
    let played = Played::new([hangs()]);
    let above = retry(RetryPolicy::attempts(3).fixed(ms(10)));
    assert!((above + below).layer(played.clone()).oneshot(()).await.is_err());
    assert_eq!(played.runs(), 2);

    // The circuit hears of it.
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).circuit(CircuitPolicy::failures(1));
    let layer = ResilientLayer::new(&Executor::new(), Key::from_static("counts")).policy(policy).fork(at_most(0));
    let played = Played::new([busy()]);
    assert!(layer.layer(played.clone()).oneshot(()).await.unwrap_err().inner().is_some());
    assert!(layer.layer(played.clone()).oneshot(()).await.unwrap_err().rejected().is_some());
    assert_eq!(played.runs(), 1);

    // A success earns its part of a retry, though there could have been none.
    let budget = "10%".parse::<recourse::BudgetPolicy>().unwrap();
    let policy = Policy::new().retry(RetryPolicy::attempts(2).no_delay()).budget(budget);
    let layer = ResilientLayer::new(&Executor::new(), Key::from_static("earns")).policy(policy);
    let ours = |never: bool| layer.clone().fork(move |(): &()| (!never).then_some(()));
    let drained = Played::new([busy()]);
    let spend = async || {
        let before = drained.runs();
        for _ in 0..200 {
            let _ = ours(false).layer(drained.clone()).oneshot(()).await;
        }
        drained.runs() - before - 200
    };
    spend().await;
    assert_eq!(spend().await, 0, "the budget is empty");
    for _ in 0..100 {
        assert!(ours(true).layer(Played::new([ok(7)])).oneshot(()).await.is_ok());
    }
    assert_eq!(spend().await, 10);
}

/// `fail slow` holds, though the hedge that runs is the last attempt.
#[tokio::test(start_paused = true)]
async fn the_last_attempts_of_a_group_end_as_the_policy_says() {
    let hedged =
        |forks| hedge("20ms, at most 2, fail slow".parse().unwrap()).classify(Fail::classify).fork(at_most(forks));
    for forks in [1, 2] {
        let played = Played::new([broken().after(ms(30)), ok(7).after(ms(30))]);
        assert_eq!(hedged(forks).layer(played).oneshot(()).await.unwrap(), 7, "{forks}");
    }
}

/// retry-14: each further attempt takes a request, however many there were before it.
#[tokio::test(start_paused = true)]
async fn attempts_that_are_counted_anew_have_a_request() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let service = service_fn(move |(): ()| {
        let run = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(ms(20)).await;
            if run < 7 { Err(Fail::Busy(None)) } else { Ok(7) }
        }
    });
    let policy = RetryPolicy::attempts(2).no_delay().fresh_after(ms(10));
    assert_eq!(retry(policy).layer(service).oneshot(()).await.unwrap(), 7);
    assert_eq!(runs.load(Ordering::Relaxed), 8);
}
