use crate::get;
use backon::{ExponentialBuilder, Retryable};
use failsafe::futures::CircuitBreaker;
use failsafe::{Config, Error, backoff, failure_policy};
use std::io;
use std::time::Duration;

pub(crate) fn breaker() -> impl CircuitBreaker {
    let backoff = backoff::constant(Duration::from_secs(10));
    Config::new().failure_policy(failure_policy::consecutive_failures(5, backoff)).build()
}

pub(crate) async fn fetch(breaker: &impl CircuitBreaker, id: u32) -> io::Result<String> {
    let backoff = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(1))
        .with_max_times(2)
        .with_jitter();
    let attempt = || breaker.call_with(counts, get(id));
    let call = attempt.retry(backoff).when(|error| matches!(error, Error::Inner(error) if counts(error)));
    match tokio::time::timeout(Duration::from_secs(2), call).await {
        Ok(Ok(user)) => Ok(user),
        Ok(Err(Error::Inner(error))) => Err(error),
        Ok(Err(Error::Rejected)) => Err(io::Error::other("the circuit is open")),
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

fn counts(error: &io::Error) -> bool {
    error.kind() != io::ErrorKind::NotFound
}
