//! The engine as a layer, and the layers with one mechanism each. CASES 4, 5, 9, 23, 33; F49.

#![allow(clippy::precedence, reason = "it is what users write, and what is tested")]

mod alone;
mod circuits;
mod costs;
mod engine;
mod failures;
mod limiters;
mod observed;
mod played;
mod readiness;
mod requests;
mod sentence;

use played::{Gate, Played, over};
use recourse::algebra::Failure;
use recourse_tests::{Fail, ms};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use tokio::time::Instant;
use tower::Service;

/// A call as it should be: asked until it is ready, then called.
async fn asked<S: Service<()>>(service: &mut S) -> Result<S::Response, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(()).await
}

/// One poll of readiness, by hand.
async fn ready<S: Service<()>>(service: &mut S) -> Poll<Result<(), S::Error>> {
    poll_fn(|cx| Poll::Ready(service.poll_ready(cx))).await
}

/// One poll, by hand.
async fn once<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// What a call gave, and after how many milliseconds.
async fn timed<T>(call: impl Future<Output = T>) -> (T, u128) {
    let start = Instant::now();
    (call.await, start.elapsed().as_millis())
}

/// The kind of the rejection that a call gave.
fn rejection<T: std::fmt::Debug>(result: Result<T, Failure<Fail>>) -> recourse::RejectionKind {
    result.unwrap_err().rejected().expect("a rejection").kind()
}
