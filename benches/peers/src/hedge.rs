//! Hedged calls of the peers, each in its cheapest form: one long-lived service, called once it is ready.

use layered::{Execute, Service as _, Stack};
use recourse_benches::calls::{self, Fail};
use recourse_benches::rounds::{Case, timed};
use seatbelt::hedging::Hedging;
use seatbelt::{RecoveryInfo, ResilienceContext};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tick::Clock;
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_resilience_hedge::HedgeLayer;

/// Never reached.
const DELAY: Duration = Duration::from_secs(1);

type Answer = Result<u64, Fail>;

pub(crate) fn peers() -> Vec<Case> {
    vec![
        tower("tower 0.5 hedge p99", calls::ready),
        tower("tower 0.5 hedge p99, pending", calls::yields),
        tower_resilience("tower-resilience 0.14 hedge fixed", calls::ready),
        tower_resilience("tower-resilience 0.14 hedge fixed, pending", calls::yields),
        seatbelt("seatbelt 0.11 hedge fixed", calls::ready),
        seatbelt("seatbelt 0.11 hedge fixed, pending", calls::yields),
    ]
}

fn tower<Fut>(name: &'static str, operation: fn(u64) -> Fut) -> Case
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    let rotates = Duration::from_secs(10);
    served(name, || tower::hedge::Hedge::new(service_fn(operation), Always, 10, 0.99, rotates))
}

fn tower_resilience<Fut>(name: &'static str, operation: fn(u64) -> Fut) -> Case
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    served(name, || HedgeLayer::new(DELAY).layer(service_fn(operation)))
}

fn seatbelt<Fut>(name: &'static str, operation: fn(u64) -> Fut) -> Case
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    let runtime = runtime();
    let service = {
        let _inside = runtime.enter();
        let context = ResilienceContext::<u64, Answer>::new(Clock::new_tokio());
        let layer = Hedging::layer("hedge", &context).clone_input().hedging_delay(DELAY);
        let hedging = layer.recovery_with(|answer: &Answer, _| recovery(answer));
        (hedging, Execute::new(operation)).into_service()
    };
    timed(name, move |times| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..times {
                let _ = black_box(service.execute(1).await);
            }
            start.elapsed()
        })
    })
}

fn recovery(answer: &Answer) -> RecoveryInfo {
    if answer.is_ok() { RecoveryInfo::never() } else { RecoveryInfo::retry() }
}

fn served<S: Service<u64> + 'static>(name: &'static str, make: impl FnOnce() -> S) -> Case {
    let runtime = runtime();
    let mut service = {
        let _inside = runtime.enter();
        make()
    };
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

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime")
}

/// tower hedges what it can clone.
#[derive(Clone, Copy, Debug)]
struct Always;

impl tower::hedge::Policy<u64> for Always {
    fn clone_request(&self, request: &u64) -> Option<u64> {
        Some(*request)
    }

    fn can_retry(&self, _: &u64) -> bool {
        true
    }
}
