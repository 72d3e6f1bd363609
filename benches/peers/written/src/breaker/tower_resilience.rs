use crate::get;
use std::io;
use std::time::Duration;
use tower::{Layer, Service, service_fn};
use tower_resilience_circuitbreaker::{CircuitBreakerError, CircuitBreakerLayer};

pub(crate) fn users() -> impl Service<u32, Response = String, Error = CircuitBreakerError<io::Error>> + Clone {
    let breaker = CircuitBreakerLayer::builder()
        .consecutive_failures(5)
        .wait_duration_in_open(Duration::from_secs(10))
        .failure_classifier(|answer: &io::Result<String>| {
            answer.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::NotFound)
        })
        .build()
        .expect("settings that it takes");
    breaker.layer(service_fn(get))
}
