//! Breakers of the peers: calls that go through one, and calls that an open one refuses.

use crate::layers::{failsafe_in_a_row, seatbelt, seatbelt_breaker, tower_resilience_breaker};
use crate::serve::{Answer, HOUR, executed, served};
use failsafe::futures::CircuitBreaker as _;
use layered::{Execute, Service as _, Stack};
use recloser::{AsyncRecloser, Recloser};
use recourse_benches::calls::{self, Fail};
use recourse_benches::rounds::{Case, case, runtime};
use tower::{Layer, service_fn};
use tower_resilience_circuitbreaker::CircuitBreakerLayer;

/// Calls through a breaker.
pub(crate) fn peers() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(closed(
        [
            "failsafe 1.3 consecutive",
            "failsafe 1.3 default",
            "recloser 1.4",
            "tower-resilience 0.14 breaker count",
            "tower-resilience 0.14 breaker consecutive",
            "seatbelt 0.11 breaker",
        ],
        calls::ready,
    ));
    cases.extend(closed(
        [
            "failsafe 1.3 consecutive, pending",
            "failsafe 1.3 default, pending",
            "recloser 1.4, pending",
            "tower-resilience 0.14 breaker count, pending",
            "tower-resilience 0.14 breaker consecutive, pending",
            "seatbelt 0.11 breaker, pending",
        ],
        calls::yields,
    ));
    cases.extend(open());
    cases
}

fn closed<Fut>(names: [&'static str; 6], operation: fn(u64) -> Fut) -> [Case; 6]
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    let (in_a_row, default) = (failsafe_in_a_row(), failsafe::Config::new().build());
    let recloser = AsyncRecloser::from(Recloser::default());
    let count = || CircuitBreakerLayer::builder().build().expect("settings that it takes");
    [
        case(names[0], move || in_a_row.call(operation(1))),
        case(names[1], move || default.call(operation(1))),
        case(names[2], move || recloser.call(operation(1))),
        served(names[3], || count().layer(service_fn(operation))),
        served(names[4], || tower_resilience_breaker().layer(service_fn(operation))),
        executed(names[5], || (seatbelt_breaker(&seatbelt()), Execute::new(operation)).into_service()),
    ]
}

/// Calls that an open breaker refuses.
fn open() -> [Case; 4] {
    let runtime = runtime();
    let failsafe = failsafe_in_a_row();
    let recloser = AsyncRecloser::from(Recloser::custom().closed_len(1).open_wait(HOUR).build());
    runtime.block_on(async {
        for _ in 0..10 {
            let _ = (failsafe.call(calls::fails(1)).await, recloser.call(calls::fails(1)).await);
        }
        assert!(matches!(failsafe.call(calls::ready(1)).await, Err(failsafe::Error::Rejected)));
        assert!(matches!(recloser.call(calls::ready(1)).await, Err(recloser::Error::Rejected)));
    });
    [
        case("failsafe 1.3 open", move || failsafe.call(calls::fails(1))),
        case("recloser 1.4 open", move || recloser.call(calls::fails(1))),
        served("tower-resilience 0.14 open", || {
            let breaker = tower_resilience_breaker().layer(service_fn(calls::fails));
            runtime.block_on(breaker.force_open());
            assert!(breaker.is_open());
            breaker
        }),
        executed("seatbelt 0.11 open", || {
            let layer = seatbelt_breaker(&seatbelt()).min_throughput(5).break_duration(HOUR);
            let breaker = (layer, Execute::new(calls::fails)).into_service();
            runtime.block_on(async {
                for _ in 0..1_000 {
                    let _ = breaker.execute(1).await;
                }
                assert_eq!(breaker.execute(1).await, Err(Fail(u32::MAX)));
            });
            breaker
        }),
    ]
}
