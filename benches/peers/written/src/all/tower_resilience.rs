use crate::get;
use std::io;
use std::time::Duration;
use tower::{Layer, Service, service_fn};
use tower_resilience_circuitbreaker::{CircuitBreakerError, CircuitBreakerLayer};
use tower_resilience_retry::{ExponentialRandomBackoff, RetryLayer};
use tower_resilience_timelimiter::{TimeLimiterError, TimeLimiterLayer};

type UsersError = TimeLimiterError<CircuitBreakerError<io::Error>>;

pub(crate) fn users() -> impl Service<u32, Response = String, Error = UsersError> + Clone {
    let timeout = TimeLimiterLayer::builder().timeout_duration(Duration::from_secs(2)).build();
    let backoff = ExponentialRandomBackoff::new(Duration::from_millis(50), 0.5).expect("a factor below 1");
    let retry = RetryLayer::builder()
        .max_attempts(3)
        .backoff(backoff.max_interval(Duration::from_secs(1)))
        .retry_on(|error: &CircuitBreakerError<io::Error>| match error {
            CircuitBreakerError::Inner(error) => counts(error),
            _ => false,
        })
        .build();
    let breaker = CircuitBreakerLayer::builder()
        .consecutive_failures(5)
        .wait_duration_in_open(Duration::from_secs(10))
        .failure_classifier(|answer: &io::Result<String>| answer.as_ref().is_err_and(counts))
        .build()
        .expect("settings that it takes");
    timeout.layer(retry.layer(breaker.layer(service_fn(get))))
}

fn counts(error: &io::Error) -> bool {
    error.kind() != io::ErrorKind::NotFound
}
