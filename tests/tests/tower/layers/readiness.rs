//! The service that was made ready is the service that is called, in every attempt (tower-2).

use super::{Gate, Played, asked, ms, once, ready, rejection, timed};
use recourse::algebra::Failure;
use recourse::layers::{circuit, hedge, retry, timeout};
use recourse::{CircuitPolicy, HedgePolicy, RejectionKind, RetryPolicy};
use recourse_tests::{Fail, busy, hangs, ok};
use tokio::time::Instant;
use tower::{Service, ServiceExt};

fn three() -> RetryPolicy {
    RetryPolicy::attempts(3).fixed(ms(10))
}

#[tokio::test(start_paused = true)]
async fn every_attempt_calls_a_service_that_was_made_ready() {
    let played = Played::new([busy(), busy(), ok(7), busy(), ok(8)]);
    let mut service = retry(three()).layer(played.clone());
    assert_eq!(asked(&mut service).await.unwrap(), 7);
    assert_eq!(asked(&mut service).await.unwrap(), 8);
    let mut copy = service.clone();
    assert_eq!(asked(&mut copy).await.unwrap(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_a_ready_service_is_not_ready() {
    let mut service = retry(three()).layer(Played::new([ok(7)]));
    assert!(ready(&mut service).await.is_ready());
    // Called without having been asked, which is against the contract: it gets ready in the attempt.
    assert_eq!(service.clone().call(()).await.unwrap(), 7);
    assert_eq!(service.call(()).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_retries_makes_one_copy_of_the_service_and_leaves_none_behind() {
    let played = Played::new([ok(7)]);
    let mut service = retry(three()).layer(played.clone());
    let (copies, alive) = (played.copies(), played.alive());
    assert_eq!(asked(&mut service).await.unwrap(), 7);
    assert_eq!((played.copies() - copies, played.alive()), (1, alive));
    let mut response = Box::pin(service.call(()));
    assert!(once(&mut response).await.is_ready());
    assert_eq!(played.alive(), alive, "what is over keeps nothing until it is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_further_attempt_gets_ready_in_its_own_time() {
    let played = Played::new([busy(), ok(7)]).gate(Gate::Opens(30));
    let start = Instant::now();
    let mut service = retry(three()).layer(played.clone());
    assert_eq!(asked(&mut service).await.unwrap(), 7);
    assert_eq!(played.called_at(start), [30, 30 + 10 + 30]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_covers_a_further_attempt_that_never_gets_ready() {
    let played = Played::new([busy(), ok(7)]).gate(Gate::OpensOnce);
    let (answer, took) = timed((timeout(ms(50)) + retry(three())).layer(played.clone()).oneshot(())).await;
    assert_eq!((rejection(answer), took, played.runs()), (RejectionKind::Timeout, 50, 1));
}

#[tokio::test(start_paused = true)]
async fn a_hedge_gets_ready_itself() {
    let played = Played::new([hangs(), ok(7)]).gate(Gate::Opens(30));
    let start = Instant::now();
    let mut service = hedge(HedgePolicy::after(ms(20)).at_most(1)).layer(played.clone());
    assert_eq!(asked(&mut service).await.unwrap(), 7);
    assert_eq!(played.called_at(start), [30, 30 + 20 + 30]);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_readiness_is_the_caller_s_at_first_and_later_that_of_an_attempt() {
    let played = Played::new([busy(), ok(7)]).gate(Gate::BreaksSecond);
    let mut service = retry(three()).layer(played.clone());
    let (answer, took) = timed(asked(&mut service)).await;
    assert_eq!((answer.unwrap(), took), (7, 20));
    assert_eq!(played.runs(), 2, "the attempt that did not get ready was none of the service's");

    let played = Played::new([ok(7)]).gate(Gate::BreaksSecond);
    let mut service = retry(three()).layer(played.clone());
    assert_eq!(asked(&mut service).await.unwrap(), 7);
    assert!(matches!(asked(&mut service).await, Err(Failure::Inner(Fail::Busy(_)))));
    assert_eq!(asked(&mut service).await.unwrap(), 7, "and a copy took its seat");
}

#[tokio::test(start_paused = true)]
async fn while_the_circuit_is_open_nobody_waits_for_a_service_that_is_not_ready() {
    let played = Played::new([busy(), ok(7)]).gate(Gate::Opens(30));
    let layer = circuit(CircuitPolicy::failures(1).cooldown(ms(500)).successes(1));
    let mut service = layer.layer(played.clone());
    assert!(asked(&mut service).await.is_err());
    let (answer, took) = timed(asked(&mut service)).await;
    assert_eq!((rejection(answer), took, played.runs()), (RejectionKind::CircuitOpen, 0, 1));

    // The circuit lets calls through again between the two: what was not waited for is waited for in the attempt.
    assert!(ready(&mut service).await.is_ready());
    tokio::time::advance(ms(500)).await;
    let (answer, took) = timed(service.call(())).await;
    assert_eq!((answer.unwrap(), took), (7, 0), "it kept its place in the queue");
    assert!(ready(&mut service).await.is_pending(), "a closed circuit waits");
}

/// What was ready once stays so until the call, as tower's contract has it: also where the cooldown ends before the service is ready.
#[tokio::test(start_paused = true)]
async fn a_service_that_was_not_waited_for_is_not_waited_for_later() {
    let played = Played::new([busy(), ok(7)]).gate(Gate::Opens(30));
    let layer = circuit(CircuitPolicy::failures(1).cooldown(ms(100)).successes(1));
    assert!(asked(&mut layer.layer(played.clone())).await.is_err());
    tokio::time::advance(ms(90)).await;
    let mut service = layer.layer(played);
    assert!(ready(&mut service).await.is_ready());
    tokio::time::advance(ms(10)).await;
    assert!(ready(&mut service).await.is_ready());
    let (answer, took) = timed(service.call(())).await;
    assert_eq!((answer.unwrap(), took), (7, 20), "what is left of its way to ready");
}

#[tokio::test(start_paused = true)]
async fn the_service_is_not_called_before_the_circuit_was_asked() {
    let played = Played::new([busy(), ok(7)]);
    let layer = circuit(CircuitPolicy::failures(1).cooldown(ms(500)));
    let (mut first, mut second) = (layer.layer(played.clone()), layer.layer(played.clone()));
    assert!(ready(&mut first).await.is_ready() && ready(&mut second).await.is_ready());
    let (first, second) = (first.call(()), second.call(()));
    assert!(first.await.is_err());
    assert_eq!(rejection(second.await), RejectionKind::CircuitOpen);
    assert_eq!(played.called_at(Instant::now()).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_policy_under_a_policy_is_made_ready_like_any_service() {
    let played = Played::new([hangs(), busy(), ok(7)]).gate(Gate::Opens(5));
    let policy = retry(three()) + circuit(CircuitPolicy::defaults()) + timeout(ms(50));
    let (answer, took) = timed(policy.layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took), (7, 5 + 50 + 10 + 5 + 10 + 5));
}
