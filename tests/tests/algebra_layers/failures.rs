//! What a failure below means to the engine above it.

use super::{Fail, Played, ms, over, timed};
use recourse::algebra::{Failure, ResilientLayer, circuit, retry, timeout};
use recourse::{CircuitPolicy, Classify, Executor, Key, Policy, RejectionKind, RetryPolicy, rejection};
use recourse_tests::{broken, busy, busy_after, hangs, missing, ok};
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
async fn an_open_circuit_is_asked_again_when_it_says_so() {
    let played = Played::new([busy(), ok(7)]);
    let layer = circuit(CircuitPolicy::failures(1).cooldown(ms(500)).successes(1));
    let (answer, took) = timed((retry(three()) + layer).layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, played.runs()), (7, 10 + 490, 2));
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
