//! Many calls at once, between tower's own middleware: no panic, no deadlock, and everything comes back.

use crate::storm::{CALLS, flaky, limit, slots, storm};
use recourse::algebra::{Boxed, Failure, PolicyLayer};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::{BoxError, ServiceBuilder, ServiceExt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sides_share_a_limiter_inside_a_limiter() {
    let (outer, inner) = (slots(64), slots(1));
    let policy = limit(&outer) + (limit(&inner) & limit(&inner) | limit(&inner));
    let succeeded = storm(policy.layer(flaky())).await;
    assert!(succeeded > CALLS / 2, "{succeeded}");
    assert_eq!((outer.available_permits(), inner.available_permits()), (64, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn between_concurrency_limits_of_the_service_builder() {
    let (above, below) = (slots(50), slots(3));
    let policy = PolicyLayer::bare() & PolicyLayer::bare() | PolicyLayer::bare();
    let service = ServiceBuilder::new()
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(&above)))
        .layer(policy)
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(&below)))
        .service(flaky());
    let succeeded = storm(service).await;
    assert!(succeeded > CALLS / 2, "{succeeded}");
    assert_eq!((above.available_permits(), below.available_permits()), (50, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn above_and_below_a_buffer() {
    let below = slots(5);
    let policy = limit(&below) + PolicyLayer::bare() & PolicyLayer::bare() | limit(&below);
    let service = ServiceBuilder::new()
        .buffer::<usize>(16)
        .layer(policy)
        .map_err(Boxed)
        .buffer::<usize>(4)
        .service(flaky().map_err(BoxError::from));
    let succeeded = storm(service).await;
    assert!(succeeded > CALLS / 2, "{succeeded}");
    assert_eq!(below.available_permits(), 5);
}

/// What is shed is an error at once; so many are that the others have it easy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn above_and_below_load_shed() {
    let (above, below) = (slots(40), slots(4));
    let service = ServiceBuilder::new()
        .load_shed()
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(&above)))
        .layer(PolicyLayer::bare() & PolicyLayer::bare() | PolicyLayer::bare())
        .map_err(Boxed)
        .load_shed()
        .layer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(&below)))
        .service(flaky().map_err(BoxError::from));
    let succeeded = storm(service).await;
    assert!(succeeded > 0);
    assert_eq!((above.available_permits(), below.available_permits()), (40, 4));
}

/// As sides of a policy: their boxes are opened again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_sides_of_a_policy() {
    let below = slots(8);
    let shed = PolicyLayer::boxed(tower::load_shed::LoadShedLayer::new(), Boxed);
    let buffered = PolicyLayer::boxed(tower::buffer::BufferLayer::new(8), Boxed);
    let policy = shed + limit(&below) & buffered + limit(&below) | limit(&below);
    let succeeded = storm(policy.layer(flaky().map_err(|text: &str| Boxed(text.into())))).await;
    assert!(succeeded > CALLS / 2, "{succeeded}");
    // The buffer's worker keeps what it has reserved for its next request, and ends with the last of its handles.
    while below.available_permits() < 8 {
        tokio::task::yield_now().await;
    }
}

/// Callers that give up in the middle, at every point where they can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_give_up_leave_nothing_behind() {
    let below = slots(2);
    let policy = (limit(&below) & limit(&below)).stagger(Duration::from_micros(50)) | limit(&below) & limit(&below);
    let service = policy.layer(flaky());
    let mut calls = JoinSet::new();
    for n in 0..CALLS {
        let service = service.clone();
        calls.spawn(async move {
            let mut call = Box::pin(service.oneshot(n));
            for _ in 0..n % 7 {
                if futures::poll!(call.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    calls.join_all().await;
    assert_eq!(below.available_permits(), 2);
    let failure: Result<_, Failure<_>> = service.oneshot(7).await;
    assert!(matches!(failure, Ok(7)) || failure.is_err());
}
