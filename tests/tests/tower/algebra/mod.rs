//! The algebra of tower layers. CASES 31 to 34, F43, F44, F49.

#![allow(clippy::precedence, reason = "it is what users write, and what is tested")]

mod errors;
mod fallback;
mod fork_join;
mod laws;
mod limiters;
mod load;
mod mock;
mod readiness;
mod stagger;

mod types;

use mock::{Mock, over};
use recourse::algebra::Failure;
use recourse_tests::ms;
use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use tokio::time::Instant;
use tower::Service;

type Answer = Result<&'static str, Failure<&'static str>>;

/// One poll of readiness, by hand.
async fn ready<S: Service<()>>(service: &mut S) -> Poll<Result<(), S::Error>> {
    poll_fn(|cx| Poll::Ready(service.poll_ready(cx))).await
}

/// A call as it should be: asked until it is ready, then called.
async fn asked<S: Service<()>>(service: &mut S) -> Result<S::Response, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(()).await
}

/// One poll, by hand.
async fn once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

/// What a call gave, and after how many milliseconds. Every call of these tests ends, or two sides wait for each other.
async fn timed<T>(call: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    let ended = tokio::time::timeout(ms(86_400_000), call).await.expect("a call ends");
    (ended, start.elapsed().as_millis())
}

fn is_ready<E: Debug>(polled: &Poll<Result<(), E>>) -> bool {
    matches!(polled, Poll::Ready(Ok(())))
}

/// The names and errors of a failure's entries.
fn listed(failure: &Failure<&'static str>) -> Vec<(String, &'static str)> {
    let entry = |entry: &recourse::algebra::Entry<&'static str>| {
        (entry.label.to_string(), *entry.cause.inner().expect("nothing is rejected here"))
    };
    failure.entries().iter().map(entry).collect()
}
