//! Calls of services as callers make them, and by hand.

use recourse_tests::ms;
use std::future::{Future, poll_fn};
use std::task::Poll;
use tokio::time::Instant;
use tower::Service;

/// Polls readiness once.
pub(crate) async fn ready<S: Service<()>>(service: &mut S) -> Poll<Result<(), S::Error>> {
    poll_fn(|cx| Poll::Ready(service.poll_ready(cx))).await
}

/// Calls a service as it should be called: it is asked until it is ready.
pub(crate) async fn asked<S: Service<()>>(service: &mut S) -> Result<S::Response, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(()).await
}

/// Returns the output of a call, and after how many milliseconds it ended. A call that does not end fails the test: then two
/// sides wait for each other.
pub(crate) async fn timed<T>(call: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    let ended = tokio::time::timeout(ms(86_400_000), call).await.expect("a call ends");
    (ended, start.elapsed().as_millis())
}
