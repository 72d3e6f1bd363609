//! Whole stacks of the peers: retry, breaker and timeout; and the headline, retry, breaker and hedge.

use crate::layers::{
    failsafe_in_a_row, seatbelt, seatbelt_breaker, seatbelt_hedge, seatbelt_retry, seatbelt_timeout,
    tower_resilience_breaker, tower_retry_hedge,
};
use crate::serve::{Answer, SECOND, executed, served};
use backon::{ExponentialBuilder, Retryable};
use failsafe::futures::CircuitBreaker as _;
use layered::{Execute, Stack};
use recloser::{AsyncRecloser, Recloser};
use recourse_benches::calls::{self, Fail};
use recourse_benches::rounds::{Case, case};
use tower::{Layer, service_fn};
use tower_resilience_circuitbreaker::CircuitBreakerError;
use tower_resilience_hedge::{HedgeError, HedgeLayer};
use tower_resilience_retry::RetryLayer;
use tower_resilience_timelimiter::{TimeLimiterError, TimeLimiterLayer};

pub(crate) fn peers() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(with_timeout(
        [
            "backon+failsafe+tokio timeout",
            "backon+recloser+tokio timeout",
            "seatbelt retry+breaker+timeout",
            "tower-resilience retry+breaker+timeout",
        ],
        calls::ready,
    ));
    cases.extend(with_hedge(
        ["seatbelt retry+breaker+hedge", "tower-resilience retry+breaker+hedge", "tower retry+hedge p99"],
        calls::ready,
    ));
    cases.extend(with_timeout(
        [
            "backon+failsafe+tokio timeout, pending",
            "backon+recloser+tokio timeout, pending",
            "seatbelt retry+breaker+timeout, pending",
            "tower-resilience retry+breaker+timeout, pending",
        ],
        calls::yields,
    ));
    cases.extend(with_hedge(
        [
            "seatbelt retry+breaker+hedge, pending",
            "tower-resilience retry+breaker+hedge, pending",
            "tower retry+hedge p99, pending",
        ],
        calls::yields,
    ));
    cases
}

fn with_timeout<Fut>(names: [&'static str; 4], operation: fn(u64) -> Fut) -> [Case; 4]
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    let (failsafe, recloser) = (failsafe_in_a_row(), AsyncRecloser::from(Recloser::default()));
    let retry = ExponentialBuilder::default().with_max_times(2);
    [
        case(names[0], async move || (|| failsafe.call(in_time(operation(1)))).retry(retry).await),
        case(names[1], async move || (|| recloser.call(in_time(operation(1)))).retry(retry).await),
        executed(names[2], || {
            let context = seatbelt();
            let (retry, breaker) = (seatbelt_retry(&context), seatbelt_breaker(&context));
            (retry, breaker, seatbelt_timeout(&context), Execute::new(operation)).into_service()
        }),
        served(names[3], || {
            let retry = RetryLayer::<u64, u64, CircuitBreakerError<TimeLimiterError<Fail>>>::builder();
            let timeout = TimeLimiterLayer::builder().timeout_duration(SECOND).build();
            let limited = timeout.layer(service_fn(operation));
            retry.max_attempts(3).build().layer(tower_resilience_breaker().layer(limited))
        }),
    ]
}

fn with_hedge<Fut>(names: [&'static str; 3], operation: fn(u64) -> Fut) -> [Case; 3]
where
    Fut: Future<Output = Answer> + Send + 'static,
{
    [
        executed(names[0], || {
            let context = seatbelt();
            let (retry, breaker) = (seatbelt_retry(&context), seatbelt_breaker(&context));
            (retry, breaker, seatbelt_hedge(&context), Execute::new(operation)).into_service()
        }),
        served(names[1], || {
            let retry = RetryLayer::<u64, u64, CircuitBreakerError<HedgeError<Fail>>>::builder();
            let hedged = HedgeLayer::new(SECOND).layer(service_fn(operation));
            retry.max_attempts(3).build().layer(tower_resilience_breaker().layer(hedged))
        }),
        served(names[2], || tower_retry_hedge(operation)),
    ]
}

async fn in_time(operation: impl Future<Output = Answer>) -> Answer {
    tokio::time::timeout(SECOND, operation).await.unwrap_or(Err(Fail(u32::MAX)))
}
