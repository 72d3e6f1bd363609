//! A shop that asks two dependencies: its stock, in shards, and its prices. Both are guarded, and both can be told to fail.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use recourse::metrics::{MetricsObserver, gauges};
use recourse::{Executor, resilient};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The dependencies of the shop, as a test wants them.
#[derive(Debug, Default)]
pub struct Dependencies {
    /// The number of requests that the stock has got.
    pub asked: AtomicU32,
    /// One request in this number fails; none if it is 0.
    pub fails_every: AtomicU32,
    /// The price of an article hangs: at 1 unless it is a hedge that asks, at 2 in any case.
    pub slow: AtomicU32,
}

/// Asks a shard of the stock for an article.
///
/// # Errors
///
/// Returns what the stock says if it fails, or that there was no answer.
#[resilient(
    key = "stock.{shard}",
    retry = "2 attempts, no delay",
    budget = "50%",
    timeout = "1s",
    circuit = "40 failures, cooldown 20s"
)]
pub async fn stock(shard: u32, dependencies: &Dependencies) -> Result<u32, String> {
    let asked = dependencies.asked.fetch_add(1, Ordering::Relaxed);
    match dependencies.fails_every.load(Ordering::Relaxed) {
        0 => Ok(7),
        every if asked.is_multiple_of(every) => Err("the stock is busy".to_owned()),
        _ => Ok(7),
    }
}

/// Asks for the price of an article. Who cannot be told the price is told the one of the catalogue.
///
/// # Errors
///
/// Returns none: the catalogue always has a price.
#[resilient(
    key = "price",
    hedge = "p75 or 20ms, budget 50% + 10/s",
    idempotent,
    attempt_timeout = "100ms",
    // Never so few slots that the dashboard would count refusals as calls without attempts.
    concurrency = "adaptive 8..64",
    fallback = |_, _| Ok(100),
    attempt = it
)]
pub async fn price(dependencies: &Dependencies) -> Result<u32, String> {
    match dependencies.slow.load(Ordering::Relaxed) {
        0 => Ok(99),
        1 if it.is_hedge() => Ok(98),
        _ => std::future::pending().await,
    }
}

/// Installs the exporter, and counts all guarded functions.
///
/// # Errors
///
/// Returns an error if another exporter is installed.
pub fn count() -> Result<PrometheusHandle, BuildError> {
    // Seconds, and numbers of attempts: without buckets there would be quantiles, which nobody can add up.
    let prometheus = PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets(&[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])?
        .set_buckets_for_metric(Matcher::Full("resilience.call.retries".to_owned()), &[1.0, 2.0, 3.0, 5.0, 10.0])?
        .set_buckets_for_metric(Matcher::Full("resilience.call.hedges".to_owned()), &[1.0, 2.0, 3.0, 5.0, 10.0])?
        .install_recorder()?;
    Executor::global().add_observer(MetricsObserver::new());
    Ok(prometheus)
}

/// Serves the shop, and its metrics at `/metrics`.
pub fn router(dependencies: Arc<Dependencies>, prometheus: PrometheusHandle) -> Router {
    let scrape = move || async move {
        gauges(Executor::global());
        prometheus.run_upkeep();
        prometheus.render()
    };
    Router::new().route("/articles/{id}", get(article)).with_state(dependencies).route("/metrics", get(scrape))
}

async fn article(
    Path(id): Path<u32>,
    State(dependencies): State<Arc<Dependencies>>,
) -> Result<String, (StatusCode, String)> {
    let unavailable = |error| (StatusCode::SERVICE_UNAVAILABLE, error);
    let left = stock(id % 4, &dependencies).await.map_err(unavailable)?;
    let price = price(&dependencies).await.map_err(unavailable)?;
    Ok(format!("article {id}: {left} left, {price} each\n"))
}

/// Asks for articles until nobody waits for that any more. The shop has good times and bad ones, in turn: a stock that fails now and then, prices that
/// are slow, prices that do not come at all, and a stock that is down.
pub async fn traffic(dependencies: Arc<Dependencies>) {
    const TIMES: [(u32, u32); 6] = [(0, 0), (10, 0), (0, 1), (10, 2), (1, 0), (10, 0)];
    for (fails_every, slow) in TIMES.into_iter().cycle() {
        dependencies.fails_every.store(fails_every, Ordering::Relaxed);
        dependencies.slow.store(slow, Ordering::Relaxed);
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            for shard in 0..4 {
                let _ = stock(shard, &dependencies).await;
                let _ = price(&dependencies).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
