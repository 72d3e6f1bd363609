//! ninelives' operators and layers, as multiples of a bare call: by the same harness as `../algebra`, but in another program, since both
//! do not agree on a tokio. See ../README.md.

#[path = "../../../src/rounds.rs"]
#[allow(dead_code, reason = "the harness of the other benches, too")]
mod rounds;
#[path = "../../algebra/src/served.rs"]
mod served;

use ninelives::{
    Backoff, CircuitBreakerConfig, CircuitBreakerLayer, Jitter, Policy, ResilienceError, RetryLayer, RetryPolicy,
    TimeoutLayer,
};
use served::{Served, served, table};
use std::future::Future;
use std::hint::black_box;
use std::time::Duration;
use tower::layer::util::Identity;
use tower::{Layer, service_fn};

const SECOND: Duration = Duration::from_secs(1);

/// As the operation's error in the other benches.
#[derive(Clone, Copy, Debug)]
struct Fail(u32);

impl std::fmt::Display for Fail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "fail {}", self.0)
    }
}

impl std::error::Error for Fail {}

type Once = ResilienceError<Fail>;
type Twice = ResilienceError<Once>;

async fn ready(x: u64) -> Result<u64, Fail> {
    Ok(black_box(x))
}

async fn yields(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(black_box(x))
}

fn main() {
    println!("Ready at once:\n");
    table(cases(ready));
    println!("Pending once:\n");
    table(cases(yields));
}

fn cases<Fut>(operation: fn(u64) -> Fut) -> Vec<Served>
where
    Fut: Future<Output = Result<u64, Fail>> + Send + 'static,
{
    let side = || Policy(Identity::new());
    let limit = || Policy(TimeoutLayer::new(SECOND).expect("a timeout that it takes"));
    vec![
        served("bare", || service_fn(operation)),
        served("a + b", || (side() + side()).layer(service_fn(operation))),
        served("a & b", || (side() & side()).layer(service_fn(operation))),
        served("a | b", || (side() | side()).layer(service_fn(operation))),
        served("timeout", || limit().layer(service_fn(operation))),
        served("retry", || Policy(retry::<Fail>()).layer(service_fn(operation))),
        served("circuit", || Policy(circuit()).layer(service_fn(operation))),
        served("retry + timeout", || (Policy(retry::<Once>()) + limit()).layer(service_fn(operation))),
        served("retry + circuit + timeout", || {
            (Policy(retry::<Twice>()) + Policy(circuit()) + limit()).layer(service_fn(operation))
        }),
    ]
}

fn retry<E: std::error::Error + Send + Sync + 'static>() -> RetryLayer<E> {
    let policy = RetryPolicy::builder().max_attempts(3).backoff(Backoff::constant(SECOND)).with_jitter(Jitter::None);
    policy.build().expect("a policy that it takes").into_layer()
}

fn circuit() -> CircuitBreakerLayer {
    let config = CircuitBreakerConfig::new(5, Duration::from_hours(1), 1).expect("settings that it takes");
    CircuitBreakerLayer::new(config).expect("settings that it takes")
}
