use crate::get;
use std::io;
use std::time::Duration;
use tower::{Layer, Service, service_fn};
use tower_resilience_retry::{ExponentialRandomBackoff, RetryLayer};

pub(crate) fn users() -> impl Service<u32, Response = String, Error = io::Error> + Clone {
    let backoff = ExponentialRandomBackoff::new(Duration::from_millis(50), 0.5).expect("a factor below 1");
    let retry = RetryLayer::builder()
        .max_attempts(3)
        .backoff(backoff.max_interval(Duration::from_secs(1)))
        .retry_on(|error: &io::Error| error.kind() != io::ErrorKind::NotFound)
        .build();
    retry.layer(service_fn(get))
}
