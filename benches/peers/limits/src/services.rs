//! Limits as services: made ready, called, and the response awaited, which is there at once.

use recourse::layers::ResilientLayer;
use recourse::{ConcurrencyPolicy, Executor, Key, Policy};
use recourse_benches::calls;
use recourse_benches::rounds::{Case, at_once, both, plain};
use std::future::poll_fn;
use tokio::runtime::Runtime;
use tower::limit::ConcurrencyLimit;
use tower::load_shed::LoadShed;
use tower::util::service_fn;
use tower::{Layer, Service};
use tower_resilience_adaptive::{AdaptiveLimiterLayer, Aimd, Gradient2};
use tower_resilience_bulkhead::BulkheadLayer;

/// So many that none is refused.
const SLOTS: usize = 1_000;

/// A service on one thread, and its clones, which share the limit, on two.
fn served<S>(names: [&'static str; 2], runtime: &'static Runtime, service: S) -> [Case; 2]
where
    S: Service<u64> + Clone + Send + Sync + 'static,
{
    let mut alone = service.clone();
    let both = both(names[1], move || {
        let (mut service, inside) = (service.clone(), runtime.enter());
        move || (call(&mut service), &inside).0
    });
    [plain(names[0], move || call(&mut alone)), both]
}

fn call<S: Service<u64>>(service: &mut S) -> Option<S::Response> {
    at_once(poll_fn(|cx| service.poll_ready(cx))).ok()?;
    at_once(service.call(1)).ok()
}

/// Ours and the peers'. To be called, and its cases run, in the context of this runtime: a bulkhead that refuses at once makes a timer for that.
pub(crate) fn services(runtime: &'static Runtime) -> Vec<Case> {
    let inner = || service_fn(calls::ready);
    let ours = |policy: ConcurrencyPolicy| {
        let layer = ResilientLayer::new(&Executor::new(), Key::from_static("pool"));
        layer.policy(Policy::new().concurrency(policy)).once().layer(inner())
    };
    let bulkhead = || BulkheadLayer::builder().max_concurrent_calls(SLOTS);
    let (waits, refuses) = (bulkhead().backpressure().build(), bulkhead().reject_when_full().build());
    let (aimd, gradient) = (Aimd::builder().build(), Gradient2::builder().build());
    let tower = ConcurrencyLimit::new(inner(), SLOTS);
    [
        served(
            ["layer: 1000 at once", "layer: 1000 at once, 2 threads"],
            runtime,
            ours(ConcurrencyPolicy::at_once(1_000)),
        ),
        served(["tower 0.5 limit", "tower 0.5 limit, 2 threads"], runtime, tower.clone()),
        served(
            ["tower 0.5 load shed + limit", "tower 0.5 load shed + limit, 2 threads"],
            runtime,
            LoadShed::new(tower),
        ),
        served(
            ["tower-resilience 0.14 bulkhead", "tower-resilience 0.14 bulkhead, 2 threads"],
            runtime,
            waits.expect("settings that it takes").layer(inner()),
        ),
        served(
            ["tower-resilience 0.14 bulkhead, refuses", "tower-resilience 0.14 bulkhead, refuses, 2 threads"],
            runtime,
            refuses.expect("settings that it takes").layer(inner()),
        ),
        served(["layer: adaptive", "layer: adaptive, 2 threads"], runtime, ours(ConcurrencyPolicy::adaptive())),
        served(
            ["tower-resilience 0.14 AIMD", "tower-resilience 0.14 AIMD, 2 threads"],
            runtime,
            AdaptiveLimiterLayer::new(aimd.expect("settings that it takes")).layer(inner()),
        ),
        served(
            ["tower-resilience 0.14 Gradient2", "tower-resilience 0.14 Gradient2, 2 threads"],
            runtime,
            AdaptiveLimiterLayer::new(gradient.expect("settings that it takes")).layer(inner()),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
