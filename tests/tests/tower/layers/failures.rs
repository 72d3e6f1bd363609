//! Failures of a policy below, and what they mean to the policy above.

use super::{Fail, Played, ms, over, timed};
use recourse::algebra::Failure;
use recourse::layers::{ResilientLayer, circuit, retry, timeout};
use recourse::testing::fix_jitter;
use recourse::{CircuitPolicy, Classify, Executor, Key, Policy, RejectionKind, RetryPolicy, rejection};
use recourse_tests::{broken, busy, busy_after, hangs, missing, ok};
use std::collections::BTreeSet;
use tower::ServiceExt;

fn three() -> RetryPolicy {
    RetryPolicy::attempts(3).fixed(ms(10))
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_retried_where_nothing_below_made_retries() {
    let played = Played::new([hangs(), hangs(), ok(7)]);
    let (answer, took) = timed((retry(three()) + timeout(ms(50))).layer(played).oneshot(())).await;
    assert_eq!((answer.unwrap(), took), (7, 50 + 10 + 50 + 10));
}

#[tokio::test(start_paused = true)]
async fn retries_do_not_multiply_with_those_that_were_made_below_a_timeout() {
    let below = Policy::new().retry(three()).timeout(ms(120)).attempt_timeout(ms(40));
    let below = ResilientLayer::new(&Executor::new(), Key::from_static("db")).policy(below);
    let played = Played::new([hangs()]);
    let failure = (retry(three()) + below).layer(played.clone()).oneshot(()).await.unwrap_err();
    assert_eq!(failure.rejected().unwrap().kind(), RejectionKind::Timeout);
    assert_eq!(played.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_ends_the_call_as_it_does_in_one_engine() {
    let breaker = CircuitPolicy::failures(1).cooldown(ms(500)).successes(1);
    let one = Policy::new().retry(three()).circuit(breaker);
    let one = ResilientLayer::new(&Executor::new(), Key::from_static("one")).policy(one);
    let played = Played::new([busy(), ok(7)]);
    let (refused, took) = timed((retry(three()) + circuit(breaker)).layer(played.clone()).oneshot(())).await;
    assert_eq!((refused.unwrap_err().rejected().unwrap().kind(), played.runs()), (RejectionKind::CircuitOpen, 1));
    assert_eq!(took, 10, "its first attempt has opened the circuit; the second was refused");
    let (failed, took) = timed(one.layer(Played::new([busy(), ok(7)])).oneshot(())).await;
    assert!(failed.is_err());
    assert_eq!(took, 0);
}

/// The same where two policies stand one over the other, and their failures one in the other.
#[tokio::test(start_paused = true)]
async fn a_failure_is_read_as_such_where_a_policy_stands_over_another() {
    let below = Policy::new().retry(three()).timeout(ms(120)).attempt_timeout(ms(40));
    let below = ResilientLayer::new(&Executor::new(), Key::from_static("db")).policy(below);
    let played = Played::new([hangs()]);
    let above = retry(three()).classify(Failure::<Fail>::classify);
    let nested = above.layer(below.layer(played.clone())).oneshot(()).await;
    assert!(nested.is_err());
    assert_eq!(played.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_retry_around_two_sides_asks_both_again_while_one_may_succeed() {
    let (left, right) = (Played::new([broken()]), Played::new([busy(), busy_after(ms(30)), ok(7)]));
    let both = retry(three()).classify(Fail::classify) + (over(&left) & over(&right));
    let (answer, took) = timed(both.layer(()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, left.runs(), right.runs()), (7, 10 + 30, 3, 3));

    let (left, right) = (Played::new([broken()]), Played::new([missing()]));
    let both = retry(three()).classify(Fail::classify) + (over(&left) | over(&right));
    let failure = both.layer(()).oneshot(()).await.unwrap_err();
    assert_eq!((failure.entries().len(), left.runs(), right.runs()), (2, 1, 1));
}

/// retry-10: the longest time that a leaf asked for is spread, and the delay stays the layer's if that is longer.
#[tokio::test(start_paused = true)]
async fn what_a_leaf_asked_for_is_spread_over_a_tenth() {
    fix_jitter(8);
    let mut all = BTreeSet::new();
    for _ in 0..100 {
        let (left, right) = (Played::new([busy_after(ms(500)), ok(7)]), Played::new([busy_after(ms(2_000)), broken()]));
        let both = retry(RetryPolicy::defaults()).classify(Fail::classify) + (over(&left) & over(&right));
        all.insert(timed(both.layer(()).oneshot(())).await.1);
    }
    assert!(*all.first().unwrap() >= 2_000 && *all.last().unwrap() <= 2_201 && all.len() > 40, "{all:?}");
    let played = Played::new([busy_after(ms(1)), ok(7)]);
    let (answer, took) = timed(retry(three()).classify(Fail::classify).layer(played).oneshot(())).await;
    assert_eq!((answer.unwrap(), took), (7, 10));
}

#[tokio::test(start_paused = true)]
async fn timeouts_of_both_sides_are_retried() {
    let (left, right) = (Played::new([hangs()]), Played::new([hangs(), ok(7)]));
    let both = retry(three()) + (timeout(ms(50)) + over(&left) & timeout(ms(30)) + over(&right));
    let (answer, took) = timed(both.layer(()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took), (7, 60));
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_found_in_the_chain_with_the_text_of_the_last_error() {
    let policy = Policy::new().retry(three()).timeout(ms(50));
    let layer = ResilientLayer::new(&Executor::new(), Key::from_static("db")).policy(policy);
    let layer = layer.describe(|fail: &Fail| Some(fail.to_string()));
    let failure =
        layer.layer(Played::new([busy(), hangs()])).oneshot(()).await.unwrap_err().map(|fail| fail.to_string());
    let Failure::Rejected(rejected) = &failure else { panic!("{failure}") };
    let found = rejection(rejected).unwrap();
    assert_eq!((found.key().as_str(), found.attempts(), found.last_error()), ("db", 2, Some("busy")));
    assert_eq!(failure.to_string(), "`db` timed out after 50ms, in 2 attempts");
}

#[tokio::test(start_paused = true)]
async fn the_last_error_of_two_sides_names_each_leaf() {
    let policy = Policy::new().retry(three()).timeout(ms(50));
    let layer = ResilientLayer::new(&Executor::new(), Key::from_static("db")).policy(policy);
    let layer = layer.describe(|fail: &Fail| Some(fail.to_string()));
    let (a, b) = (Played::new([busy(), hangs()]), Played::new([hangs()]));
    let failure = (layer + (over(&a) | timeout(ms(5)) + over(&b))).layer(()).oneshot(()).await.unwrap_err();
    let expected = "left: busy; right: `timeout` timed out after 5ms, in 1 attempt";
    assert_eq!(failure.rejected().unwrap().last_error(), Some(expected));
}
