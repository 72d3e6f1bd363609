//! Layers around and under tower's own middleware: no attempt waits for a permit that its call holds, and each permit
//! comes back.

use super::{Played, asked, ms, once, timed};
use crate::storm::{CALLS, flaky, limit, slots, storm};
use recourse::algebra::{Boxed, Failure};
use recourse::layers::{circuit, hedge, retry, timeout};
use recourse::{CircuitPolicy, HedgePolicy, RetryPolicy};
use recourse_tests::{busy, hangs, ok};
use std::sync::Arc;
use std::time::Duration;
use tower::limit::ConcurrencyLimitLayer;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};

fn three() -> RetryPolicy {
    RetryPolicy::attempts(3).fixed(ms(10))
}

#[tokio::test(start_paused = true)]
async fn retries_need_one_permit_at_a_time() {
    let slots = slots(1);
    let played = Played::new([busy().after(ms(5)), busy(), ok(7)]);
    let mut service = (retry(three()) + limit(&slots)).layer(played);
    assert_eq!(timed(asked(&mut service)).await.0.unwrap(), 7);
    assert_eq!(slots.available_permits(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_permit_is_held_while_a_call_backs_off() {
    let slots = slots(1);
    let mut first = (retry(three()) + limit(&slots)).layer(Played::new([busy(), ok(7)]));
    let mut second = (retry(three()) + limit(&slots)).layer(Played::new([ok(8).after(ms(30))]));
    let both = futures::future::join(asked(&mut first), asked(&mut second));
    let ((first, second), took) = timed(both).await;
    assert_eq!((first.unwrap(), second.unwrap(), took), (7, 8, 30), "the second one ran while the first one waited");
    assert_eq!(slots.available_permits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hedge_waits_for_a_permit_of_its_own_and_the_primary_goes_on() {
    let layer = || hedge(HedgePolicy::after(ms(10)).at_most(1));
    let one = slots(1);
    let played = Played::new([ok(7).after(ms(50)), ok(8)]);
    let (answer, took) = timed((layer() + limit(&one)).layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, played.runs(), one.available_permits()), (7, 50, 1, 1));
    let two = slots(2);
    let played = Played::new([hangs(), ok(8)]);
    let (answer, took) = timed((layer() + limit(&two)).layer(played.clone()).oneshot(())).await;
    assert_eq!((answer.unwrap(), took, played.live(), two.available_permits()), (8, 10, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_gives_the_permit_back_with_its_answer() {
    let slots = slots(1);
    let policy = circuit(CircuitPolicy::failures(1)) + limit(&slots);
    let mut service = policy.layer(Played::new([busy()]));
    assert!(asked(&mut service).await.is_err());
    assert!(super::ready(&mut service).await.is_ready());
    assert_eq!(slots.available_permits(), 0);
    let mut refused = Box::pin(service.call(()));
    assert!(once(&mut refused).await.is_ready());
    assert_eq!(slots.available_permits(), 1, "also while the response is still there");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_response_gives_the_permit_back() {
    let slots = slots(1);
    let mut service = (retry(three()) + timeout(ms(500)) + limit(&slots)).layer(Played::new([hangs()]));
    for polled in [false, true] {
        assert!(super::ready(&mut service).await.is_ready());
        let mut response = Box::pin(service.call(()));
        if polled {
            assert!(once(&mut response).await.is_pending());
        }
        assert_eq!(slots.available_permits(), 0);
        drop(response);
        assert_eq!(slots.available_permits(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn load_that_is_shed_is_a_failure_that_can_be_retried() {
    let shed = ServiceBuilder::new().load_shed().layer(ConcurrencyLimitLayer::new(1));
    let slow = service_fn(|n: u32| async move {
        tokio::time::sleep(ms(15)).await;
        Ok::<_, BoxError>(n)
    });
    let service = retry(three()).layer(shed.service(slow).map_err(Boxed));
    let both = futures::future::join(service.clone().oneshot(1), service.oneshot(2));
    let ((first, second), took) = timed(both).await;
    assert_eq!((first.unwrap(), second.unwrap(), took), (1, 2, 20 + 15), "shed twice, then let through");
}

#[tokio::test(start_paused = true)]
async fn what_was_shed_stands_in_no_queue_while_it_backs_off() {
    let slots = slots(1);
    let held = Arc::clone(&slots).acquire_owned().await.unwrap();
    let shed = ServiceBuilder::new().load_shed().layer(limit(&slots).0);
    let service = shed.service(service_fn(|()| std::future::ready(Ok::<_, BoxError>(7))));
    let mut call = Box::pin(retry(three()).layer(service.map_err(Boxed)).oneshot(()));
    assert!(once(&mut call).await.is_pending());
    drop(held);
    assert_eq!(slots.available_permits(), 1, "it is not given to one who does not need it yet");
    assert_eq!((call.await.unwrap(), slots.available_permits()), (7, 1));
}

fn unlimited() -> recourse::Policy {
    recourse::Policy::new().budget(recourse::BudgetPolicy::none())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_share_one_permit() {
    let slots = slots(1);
    let retry = retry(RetryPolicy::attempts(5).no_delay()).policy(unlimited());
    let succeeded = storm((retry + timeout(Duration::from_secs(60)) + limit(&slots)).layer(flaky())).await;
    assert!(succeeded > CALLS * 9 / 10, "{succeeded}");
    assert_eq!(slots.available_permits(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_through_a_buffer_between_two_policies() {
    let slots = slots(3);
    let retry = || retry(RetryPolicy::attempts(5).no_delay()).policy(unlimited());
    let below = ServiceBuilder::new().buffer::<usize>(8).layer(limit(&slots).0).service(flaky());
    let policy = retry() & timeout(Duration::from_secs(60)) | retry();
    let succeeded = storm(policy.layer(below.map_err(Boxed))).await;
    assert!(succeeded > CALLS * 9 / 10, "{succeeded}");
    assert_eq!(slots.available_permits(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_retry_through_a_full_buffer_gets_its_turn() {
    let played = Played::new([busy().after(ms(5)), ok(7)]);
    let buffered = ServiceBuilder::new()
        .buffer::<()>(1)
        .concurrency_limit(1)
        .service(ServiceExt::<()>::map_err(played, |fail| fail.to_string()));
    let service = retry(three()).layer(buffered.map_err(Boxed));
    let calls = (0..20).map(|_| service.clone().oneshot(()));
    let answers =
        tokio::time::timeout(Duration::from_secs(60), futures::future::join_all(calls)).await.expect("no deadlock");
    assert!(answers.into_iter().all(|answer: Result<_, Failure<Boxed>>| answer.unwrap() == 7));
}
