//! ninelives' operators and its timeout layer over a bare service, in interleaved rounds of one run. `cargo run --release`
//!
//! Its `retry` says how often in the type of its errors, so it stands alone.

#[path = "../../../src/rounds.rs"]
#[expect(dead_code, unreachable_pub, reason = "written for more cases than these")]
mod rounds;

use ninelives::Policy;
use ninelives::prelude::{Backoff, Jitter, RetryPolicy, TimeoutLayer};
use rounds::{Case, find, measure, ratio, runtime, timed};
use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tower::layer::util::Identity;
use tower::util::MapRequestLayer;
use tower::{Layer, Service, ServiceExt, service_fn};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
struct Fail(u32);

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fail {}", self.0)
    }
}

impl std::error::Error for Fail {}

async fn ready(n: u64) -> Result<u64, Fail> {
    Ok(black_box(n))
}

fn served<S: Service<u64> + 'static>(name: &'static str, mut service: S) -> Case {
    let runtime = runtime();
    timed(name, move |times| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                if let Ok(ready) = service.ready().await {
                    let _ = black_box(ready.call(1).await);
                }
            }
            start.elapsed()
        })
    })
}

fn main() {
    // By a pointer, as ours are called.
    let operation: fn(u64) -> _ = ready;
    let service = || service_fn(operation);
    let bare = || Policy(Identity::new());
    let next = || Policy(MapRequestLayer::new(|n: u64| n + 1));
    let retry =
        RetryPolicy::<Fail>::builder().max_attempts(3).backoff(Backoff::constant(SECOND)).with_jitter(Jitter::None);
    let cases = vec![
        served("service_fn", service()),
        served("a + b", (next() + next()).layer(service())),
        served("a & b", (bare() & bare()).layer(service())),
        served("a | b", (bare() | bare()).layer(service())),
        served("layer: timeout", TimeoutLayer::new(SECOND).expect("a second").layer(service())),
        served("layer: retry", retry.build().expect("three attempts").into_layer().layer(service())),
    ];
    rounds::main(cases, |cases| {
        measure(cases, 31, Duration::from_micros(1_500));
        rounds::print(cases);
        println!("\n{:<52} {:>10}", "time over the bare service", "ratio");
        for case in &*cases {
            println!("{:<52} {:>10.3}", case.name(), ratio(case, find(cases, "service_fn")));
        }
    });
}
