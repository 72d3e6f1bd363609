//! The peers' layers, with settings alike: three attempts, five failures in a row where that can be said, one second.

use crate::policies::{Always, Left};
use crate::serve::{Answer, HOUR, SECOND};
use failsafe::backoff::{Constant, constant};
use failsafe::failure_policy::{ConsecutiveFailures, consecutive_failures};
use recourse_benches::calls::Fail;
use seatbelt::breaker::{Breaker, BreakerLayer};
use seatbelt::hedging::{Hedging, HedgingLayer};
use seatbelt::retry::{Retry, RetryLayer};
use seatbelt::timeout::{Timeout, TimeoutLayer};
use seatbelt::{RecoveryInfo, ResilienceContext};
use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tick::Clock;
use tower::Service;
use tower::hedge::Hedge;
use tower::retry::Retry as TowerRetry;
use tower::util::{ServiceFn, service_fn};
use tower_resilience_circuitbreaker::CircuitBreakerLayer;

/// An operation, as tower takes it.
pub(crate) type Operation<Fut> = ServiceFn<fn(u64) -> Fut>;

/// What seatbelt's layers are made from. To be called in a runtime.
pub(crate) fn seatbelt() -> ResilienceContext<u64, Answer> {
    ResilienceContext::new(Clock::new_tokio())
}

pub(crate) fn seatbelt_retry(context: &ResilienceContext<u64, Answer>) -> RetryLayer<u64, Answer> {
    let layer = Retry::layer("retry", context).clone_input().max_retry_attempts(2).base_delay(Duration::ZERO);
    layer.recovery_with(|answer, _| recovery(answer))
}

pub(crate) fn seatbelt_breaker(context: &ResilienceContext<u64, Answer>) -> BreakerLayer<u64, Answer> {
    let layer = Breaker::layer("breaker", context).recovery_with(|answer, _| recovery(answer));
    layer.rejected_input(|_, _| Err(Fail(u32::MAX)))
}

pub(crate) fn seatbelt_timeout(context: &ResilienceContext<u64, Answer>) -> TimeoutLayer<u64, Answer> {
    Timeout::layer("timeout", context).timeout(SECOND).timeout_output(|_| Err(Fail(u32::MAX)))
}

pub(crate) fn seatbelt_hedge(context: &ResilienceContext<u64, Answer>) -> HedgingLayer<u64, Answer> {
    let layer = Hedging::layer("hedge", context).clone_input().hedging_delay(SECOND);
    layer.recovery_with(|answer, _| recovery(answer))
}

fn recovery(answer: &Answer) -> RecoveryInfo {
    if answer.is_ok() { RecoveryInfo::never() } else { RecoveryInfo::retry() }
}

/// Opens after five failures in a row.
pub(crate) fn tower_resilience_breaker() -> CircuitBreakerLayer {
    let breaker = CircuitBreakerLayer::builder().consecutive_failures(5).wait_duration_in_open(HOUR);
    breaker.build().expect("settings that it takes")
}

/// failsafe's breaker by failures in a row.
pub(crate) type InARow = failsafe::StateMachine<ConsecutiveFailures<Constant>, ()>;

/// Opens after five failures in a row.
pub(crate) fn failsafe_in_a_row() -> InARow {
    failsafe::Config::new().failure_policy(consecutive_failures(5, constant(HOUR))).build()
}

/// tower's hedge at p99.
pub(crate) fn tower_hedge<Fut>(operation: fn(u64) -> Fut) -> Hedge<Operation<Fut>, Always>
where
    Fut: Future<Output = Answer>,
{
    Hedge::new(service_fn(operation), Always, 10, 0.99, Duration::from_secs(10))
}

/// tower's retry around its hedge: three attempts, no delay.
pub(crate) fn tower_retry_hedge<Fut>(
    operation: fn(u64) -> Fut,
) -> TowerRetry<Left, Shared<Hedge<Operation<Fut>, Always>>>
where
    Fut: Future<Output = Answer>,
{
    TowerRetry::new(Left(2), Shared(Rc::new(RefCell::new(tower_hedge(operation)))))
}

/// tower's retry wants a service that can be cloned, which its hedge cannot.
#[derive(Debug)]
pub(crate) struct Shared<S>(Rc<RefCell<S>>);

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R, S: Service<R>> Service<R> for Shared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.borrow_mut().poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.borrow_mut().call(request)
    }
}
