use crate::get;
use failsafe::futures::CircuitBreaker;
use failsafe::{Config, Error, backoff, failure_policy};
use std::io;
use std::time::Duration;

pub(crate) fn breaker() -> impl CircuitBreaker {
    let backoff = backoff::exponential(Duration::from_secs(10), Duration::from_secs(60));
    Config::new().failure_policy(failure_policy::consecutive_failures(5, backoff)).build()
}

pub(crate) async fn fetch(breaker: &impl CircuitBreaker, id: u32) -> io::Result<String> {
    match breaker.call_with(|error: &io::Error| error.kind() != io::ErrorKind::NotFound, get(id)).await {
        Ok(user) => Ok(user),
        Err(Error::Inner(error)) => Err(error),
        Err(Error::Rejected) => Err(io::Error::other("the circuit is open")),
    }
}
