//! What a check refuses, and how it says so.

use crate::support::{ms, request, works};
use http::{Request, StatusCode};
use recourse::context::http::{CheckLayer, ContextLayer};
use tower::{Service, ServiceBuilder, ServiceExt};

/// How many of these requests are served, one after another, and the last response.
async fn served(check: &CheckLayer, timeouts: impl IntoIterator<Item = &str>) -> usize {
    let server = ServiceBuilder::new().layer(ContextLayer::server()).layer(check.clone()).service_fn(works);
    let mut served = 0;
    for timeout in timeouts {
        let request = if timeout.is_empty() { Request::new(()) } else { request(timeout) };
        served +=
            usize::from(server.clone().oneshot(request).await.expect("it never fails").status() == StatusCode::OK);
    }
    served
}

/// propagation-5.
#[tokio::test(start_paused = true)]
async fn what_expired_in_the_queue_is_refused_always() {
    let check = ContextLayer::check().valve(0);
    let server =
        ServiceBuilder::new().layer(ContextLayer::server()).concurrency_limit(1).layer(check.clone()).service_fn(works);
    let requests: Vec<_> = (0..100).map(|_| tokio::spawn(server.clone().oneshot(request("250m")))).collect();
    let mut served = 0;
    for request in requests {
        let response = request.await.expect("no panic").expect("it never fails");
        served += usize::from(response.status() == StatusCode::OK);
    }
    assert_eq!(served, 3, "the third begins after 200 ms");
    let stats = check.stats();
    assert_eq!((stats.requests, stats.expired, stats.refused()), (100, 97, 97));
}

/// propagation-5.
#[tokio::test(start_paused = true)]
async fn what_has_less_left_than_it_takes_is_refused_always() {
    let check = ContextLayer::check().at_least(ms(100));
    assert_eq!(served(&check, ["99m", "99m", "50m", "100m", "", "1S"]).await, 3);
    assert_eq!(check.stats().too_little_left, 3);
}

/// propagation-6.
#[tokio::test(start_paused = true)]
async fn a_fifth_may_be_refused_of_those_that_arrive_expired() {
    let check = ContextLayer::check();
    // All within 10 s: a refused one takes no time, a served one 100 ms.
    assert_eq!(served(&check, ["0n"; 100]).await, 80);
    let stats = check.stats();
    assert_eq!((stats.arrived_expired, stats.let_through), (20, 80));
}

/// propagation-6: one caller with absurd deadlines, among ten.
#[tokio::test(start_paused = true)]
async fn a_few_that_arrive_expired_are_all_refused() {
    let check = ContextLayer::check();
    let requests = (0..90).map(|number| if number % 10 == 9 { "1n" } else { "1S" });
    assert_eq!(served(&check, requests).await, 81);
}

/// propagation-6: with the deadline that its caller named, nothing guarded would run.
#[tokio::test(start_paused = true)]
async fn what_is_let_through_has_no_deadline() {
    let check = ContextLayer::check().valve(0);
    let server = ServiceBuilder::new().layer(ContextLayer::server()).layer(check).service_fn(works);
    let response = server.oneshot(request("0n")).await.expect("it never fails");
    let context = response.into_body().expect("a context");
    assert_eq!(context.deadline(), None);
    assert!(context.arrival().is_some());
}

/// propagation-9.
#[tokio::test(start_paused = true)]
async fn a_shadow_counts_and_refuses_nothing() {
    let timeouts = ["50m", "0n", "0n", "0n", "1S", ""];
    let (real, shadow) = (ContextLayer::check().at_least(ms(100)), ContextLayer::check().at_least(ms(100)).shadow());
    assert_eq!(served(&shadow, timeouts).await, timeouts.len());
    served(&real, timeouts).await;
    assert_eq!(shadow.stats(), real.stats());
    assert_eq!(real.stats().requests, 6);
    assert!(real.stats().refused() > 0);
}

/// propagation-9: what a shadow hands on is what came.
#[tokio::test(start_paused = true)]
async fn a_shadow_leaves_a_request_its_deadline() {
    let shadow = ContextLayer::check().valve(0).shadow();
    let server = ServiceBuilder::new().layer(ContextLayer::server()).layer(shadow.clone()).service_fn(works);
    let response = server.oneshot(request("0n")).await.expect("it never fails");
    assert!(response.into_body().expect("a context").deadline().is_some());
    assert_eq!(shadow.stats().let_through, 1);
}

/// propagation-5: the service that was made ready serves the request. A copy would leave what the other has reserved unused, here for good.
#[tokio::test(start_paused = true)]
async fn the_service_that_was_made_ready_serves() {
    let mut server = ServiceBuilder::new().layer(ContextLayer::check()).concurrency_limit(1).service_fn(works);
    let response = server.ready().await.expect("it never fails").call(request("500m"));
    let response = tokio::time::timeout(ms(1_000), response).await.expect("its permit was reserved");
    assert_eq!(response.expect("it never fails").status(), StatusCode::OK);
}

/// propagation-10.
#[tokio::test(start_paused = true)]
async fn a_refusal_speaks_the_protocol_of_the_request() {
    let check = ContextLayer::check().valve(100);
    let server = ServiceBuilder::new().layer(ContextLayer::server()).layer(check).service_fn(works);
    let refused = server.clone().oneshot(request("0n")).await.expect("it never fails");
    assert_eq!((refused.status(), refused.headers().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));

    let mut grpc = request("0n");
    grpc.headers_mut().insert("content-type", http::HeaderValue::from_static("application/grpc+proto"));
    let refused = server.oneshot(grpc).await.expect("it never fails");
    assert_eq!(refused.status(), StatusCode::OK);
    assert_eq!(
        (&refused.headers()["grpc-status"], &refused.headers()["content-type"]),
        (&"4".parse().unwrap(), &"application/grpc".parse().unwrap())
    );
    assert!(refused.body().is_none());
}
