//! Each layer on its own.

use super::{Played, asked, ms, rejection, timed};
use recourse::layers::{circuit, hedge, retry, timeout};
use recourse::{BudgetPolicy, CircuitPolicy, Classify, HedgePolicy, Policy, RejectionKind, RetryPolicy};
use recourse_tests::{Fail, broken, busy, busy_after, hangs, ok};
use tower::{Service, ServiceExt};

fn three() -> RetryPolicy {
    RetryPolicy::attempts(3).fixed(ms(10))
}

#[tokio::test(start_paused = true)]
async fn retry_asks_again_until_the_policy_is_used_up() {
    let played = Played::new([busy(), busy(), ok(7)]);
    let (answer, took) = timed(retry(three()).layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, played.runs()), (7, 20, 3));
    let played = Played::new([busy()]);
    let failure = retry(three()).layer(played.clone()).oneshot(()).await.unwrap_err();
    assert!(matches!(failure.inner(), Some(Fail::Busy(_))), "the service's own error comes back: {failure}");
    assert_eq!(played.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn retry_reads_errors_and_values_by_the_functions_it_is_given() {
    let played = Played::new([busy_after(ms(50)), broken(), ok(7)]);
    let classified = retry(three()).classify(Fail::classify);
    let (answer, took) = timed(classified.layer(played.clone()).oneshot(())).await;
    assert!(matches!(answer.unwrap_err().inner(), Some(Fail::Broken)));
    assert_eq!((took, played.runs()), (50, 2), "a time that the server asks for replaces the delay");

    let played = Played::new([busy(), broken(), ok(7)]);
    let on_busy = retry(three()).retry_if(|error: &Fail| matches!(error, Fail::Busy(_)));
    assert!(on_busy.layer(played.clone()).oneshot(()).await.is_err());
    assert_eq!(played.runs(), 2);

    let played = Played::new([ok(1), ok(2), ok(3)]);
    let odd = |value: &u32| if value % 2 == 1 { recourse::Class::RETRYABLE } else { recourse::Class::Success };
    assert_eq!(retry(three()).classify_ok(odd).layer(played).oneshot(()).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_services_of_a_retry_layer_and_of_its_clones_share_one_budget() {
    let policy = Policy::new().budget(BudgetPolicy::percent(1));
    let layer = retry(RetryPolicy::attempts(10).no_delay()).policy(policy);
    let (first, second) = (Played::new([busy()]), Played::new([busy()]));
    let paid = |played: &Played| played.runs() - 1;
    assert!(layer.layer(first.clone()).oneshot(()).await.is_err());
    assert!(layer.clone().layer(second.clone()).oneshot(()).await.is_err());
    assert_eq!((paid(&first), paid(&second)), (9, 1), "ten were saved up");
    let apart = Played::new([busy()]);
    assert!(retry(RetryPolicy::attempts(10).no_delay()).layer(apart.clone()).oneshot(()).await.is_err());
    assert_eq!(apart.runs(), 10, "two layers share nothing");
}

#[tokio::test(start_paused = true)]
async fn a_section_that_is_named_later_stands_before_the_layer_s_own() {
    let played = Played::new([busy()]);
    let layer = retry(three()).policy(Policy::new().retry(RetryPolicy::attempts(2).no_delay()).timeout(ms(5)));
    let (answer, took) =
        timed(layer.policy(Policy::new().budget(BudgetPolicy::none())).layer(played.clone()).oneshot(())).await;
    assert!(answer.unwrap_err().inner().is_some());
    assert_eq!((took, played.runs()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn timeout_cuts_what_takes_longer() {
    let played = Played::new([hangs(), ok(7).after(ms(49))]);
    let mut service = timeout(ms(50)).layer(played.clone());
    let (answer, took) = timed(asked(&mut service)).await;
    assert_eq!((rejection(answer), took, played.live()), (RejectionKind::Timeout, 50, 0));
    assert_eq!(timed(asked(&mut service)).await.0.unwrap(), 7);
}

/// timeout-7, timeout-9.
#[tokio::test(start_paused = true)]
async fn a_timeout_of_zero_calls_no_service_and_waits_for_none() {
    let (played, opens_at_once) = (Played::new([ok(7)]), CircuitPolicy::failures(1));
    let mut service = (retry(three()) + circuit(opens_at_once) + timeout(ms(0))).layer(played.clone());
    for _ in 0..3 {
        let (answer, took) = timed(asked(&mut service)).await;
        assert_eq!((rejection(answer), took), (RejectionKind::Expired, 0));
    }
    let both = (circuit(opens_at_once) + (timeout(ms(0)) & timeout(ms(0)))).layer(played.clone());
    for _ in 0..2 {
        let failure = both.clone().oneshot(()).await.unwrap_err();
        assert!(failure.rejected().is_none_or(|rejected| rejected.kind() == RejectionKind::Expired), "{failure}");
    }
    // A service that gets ready never is waited for only by calls that have time.
    let busy = tower::limit::ConcurrencyLimit::new(played.clone(), 1);
    let mut taken = busy.clone();
    std::future::poll_fn(|cx| Service::<()>::poll_ready(&mut taken, cx)).await.unwrap();
    let (answer, took) = timed(timeout(ms(0)).layer(busy).oneshot(())).await;
    assert_eq!((rejection(answer), took, played.runs()), (RejectionKind::Expired, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn circuit_refuses_after_failures_and_lets_a_probe_through_later() {
    let played = Played::new([busy(), busy(), ok(7)]);
    let layer = circuit(CircuitPolicy::failures(2).cooldown(ms(500)).successes(1));
    let mut service = layer.layer(played.clone());
    for _ in 0..2 {
        assert!(asked(&mut service).await.unwrap_err().inner().is_some());
    }
    assert_eq!(rejection(asked(&mut service).await), RejectionKind::CircuitOpen);
    assert_eq!(rejection(layer.clone().layer(played.clone()).oneshot(()).await), RejectionKind::CircuitOpen);
    assert_eq!(played.runs(), 2);
    tokio::time::advance(ms(500)).await;
    assert_eq!(asked(&mut service).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn hedge_asks_once_more_beside_a_slow_answer() {
    let played = Played::new([hangs(), ok(7).after(ms(5))]);
    let layer = hedge(HedgePolicy::after(ms(20)).at_most(1));
    let (answer, took) = timed(layer.layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, played.runs(), played.live()), (7, 25, 2, 0));
}
