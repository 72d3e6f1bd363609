//! Ten thousand calls at once, and the limits that they share.

use recourse::algebra::PolicyLayer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::{Service, ServiceExt, service_fn};

pub(crate) const CALLS: usize = 10_000;

/// Every third call of the service fails, and it gives way once or twice, so that calls interleave.
pub(crate) fn flaky() -> impl Service<usize, Response = usize, Error = &'static str, Future: Send> + Clone + Send + Sync
{
    let count = Arc::new(AtomicUsize::new(0));
    service_fn(move |n: usize| {
        let turn = count.fetch_add(1, Ordering::Relaxed);
        async move {
            for _ in 0..turn % 3 {
                tokio::task::yield_now().await;
            }
            if turn.is_multiple_of(3) { Err("busy") } else { Ok(n) }
        }
    })
}

pub(crate) fn limit(slots: &Arc<Semaphore>) -> PolicyLayer<GlobalConcurrencyLimitLayer> {
    PolicyLayer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(slots)))
}

pub(crate) fn slots(count: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(count))
}

/// All calls at once, each through a copy of the service. Counts what succeeded; whatever was not, failed in the caller's words.
pub(crate) async fn storm<S>(service: S) -> usize
where
    S: Service<usize, Response = usize, Error: std::fmt::Debug + Send, Future: Send> + Clone + Send + 'static,
{
    let mut calls = JoinSet::new();
    for n in 0..CALLS {
        let service = service.clone();
        calls.spawn(async move { service.oneshot(n).await.map(|answer| assert_eq!(answer, n)) });
    }
    let all = tokio::time::timeout(Duration::from_secs(120), calls.join_all()).await;
    all.expect("no deadlock").into_iter().flatten().count()
}
