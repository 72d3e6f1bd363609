//! `+`, `&`, `|` and the layers against bare services and tower's own layers, in interleaved rounds of one run; once with an operation
//! that is ready at once, once with one that is pending once. See ../README.md.

#[path = "../../src/policies.rs"]
mod policies;
mod served;

use policies::{Always, Left};
use recourse::algebra::PolicyLayer;
use recourse::layers::{ResilientLayer, circuit, hedge, retry, timeout};
use recourse::{CircuitPolicy, Executor, HedgePolicy, Key, RetryPolicy};
use recourse_benches::calls::{self, Fail};
use recourse_benches::rounds;
use served::{Served, served, table};
use std::time::Duration;
use tower::Layer;
use tower::hedge::Hedge;
use tower::limit::ConcurrencyLimitLayer;
use tower::timeout::Timeout;
use tower::util::service_fn;

const SECOND: Duration = Duration::from_secs(1);

fn main() {
    println!("Ready at once:\n");
    table(cases(calls::ready));
    println!("Pending once:\n");
    table(cases(calls::yields));
}

fn cases<Fut>(operation: fn(u64) -> Fut) -> Vec<Served>
where
    Fut: Future<Output = Result<u64, Fail>> + Send + 'static,
{
    let mut cases = vec![served("bare", || service_fn(operation))];
    cases.extend(operators(operation));
    cases.extend(layers(operation));
    cases
}

/// Two sides without layers: what the operators themselves cost. Both sides of `&` would be ready; the left one wins.
fn operators<Fut>(operation: fn(u64) -> Fut) -> [Served; 6]
where
    Fut: Future<Output = Result<u64, Fail>> + Send + 'static,
{
    let side = PolicyLayer::bare;
    let limit = || PolicyLayer(ConcurrencyLimitLayer::new(10));
    [
        served("a + b", || (side() + side()).layer(service_fn(operation))),
        served("a & b", || (side() & side()).layer(service_fn(operation))),
        served("a | b", || (side() | side()).layer(service_fn(operation))),
        served("tower's concurrency limit", || ConcurrencyLimitLayer::new(10).layer(service_fn(operation))),
        served("limit + a", || (limit() + side()).layer(service_fn(operation))),
        served("limit + a & limit + b", || (limit() + side() & limit() + side()).layer(service_fn(operation))),
    ]
}

fn layers<Fut>(operation: fn(u64) -> Fut) -> [Served; 12]
where
    Fut: Future<Output = Result<u64, Fail>> + Send + 'static,
{
    let retries = || retry(RetryPolicy::attempts(3).no_delay());
    let breaker = || circuit(CircuitPolicy::failures(5));
    let limit = || timeout(SECOND);
    let engine = || {
        let policy = recourse::Policy::new().retry(RetryPolicy::attempts(3).no_delay()).timeout(SECOND);
        let policy = policy.circuit(CircuitPolicy::failures(5));
        ResilientLayer::new(&Executor::new(), Key::from_static("engine")).policy(policy)
    };
    [
        served("timeout", || limit().layer(service_fn(operation))),
        served("tower's timeout", || Timeout::new(service_fn(operation), SECOND)),
        served("retry", || retries().layer(service_fn(operation))),
        served("tower's retry", || tower::retry::Retry::new(Left(2), service_fn(operation))),
        served("hedge", || hedge(HedgePolicy::after(SECOND)).layer(service_fn(operation))),
        served("tower's hedge", || Hedge::new(service_fn(operation), Always, 10, 0.99, Duration::from_secs(10))),
        served("circuit", || breaker().layer(service_fn(operation))),
        served("retry + timeout", || (retries() + limit()).layer(service_fn(operation))),
        served("tower's retry around tower's timeout", || {
            tower::retry::Retry::new(Left(2), Timeout::new(service_fn(operation), SECOND))
        }),
        served("retry + circuit + timeout", || (retries() + breaker() + limit()).layer(service_fn(operation))),
        served("ResilientLayer: retry, circuit, timeout", || engine().layer(service_fn(operation))),
        served("retry + timeout & timeout | bare", || {
            (retries() + limit() & limit() | PolicyLayer::bare()).layer(service_fn(operation))
        }),
    ]
}
