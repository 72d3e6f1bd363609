//! `async move {}.instrument(span)`, in a box and not, and `#[instrument]` above and below a function that returns a future.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;
use tracing::{Instrument as _, info_span, instrument};

#[resilient(key = "shapes.instrumented", retry = "2 attempts, no delay")]
fn opaque(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    async move { script.play().await }.instrument(info_span!("attempt"))
}

#[resilient(key = "shapes.instrumented_box", retry = "2 attempts, no delay")]
fn boxed<'a>(script: &'a Script, text: &'a str) -> Pin<Box<dyn Future<Output = Result<&'a str, Fail>> + Send + 'a>> {
    let span = info_span!("attempt");
    Box::pin(async move { script.play().await.map(|_| text) }.instrument(span))
}

#[instrument(skip_all)]
#[resilient(key = "shapes.instrument_above_future", retry = "2 attempts, no delay")]
fn above(script: &Script) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    Box::pin(async move { script.play().await })
}

#[resilient(key = "shapes.instrument_below_future", retry = "2 attempts, no delay")]
#[instrument(skip_all)]
fn below(script: &Script) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    Box::pin(async move { script.play().await })
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_span() {
    let spans = Spans::watch();
    let script = once_busy();
    assert_eq!(send(opaque(&script)).await.unwrap(), 1);
    assert_eq!((script.runs(), spans.take()), (2, vec!["attempt"; 2]));
    let script = once_busy();
    assert_eq!(send(boxed(&script, "t")).await.unwrap(), "t");
    assert_eq!((script.runs(), spans.take()), (2, vec!["attempt"; 2]));
    let script = once_busy();
    assert_eq!(send(above(&script)).await.unwrap(), 1);
    assert_eq!((script.runs(), spans.take()), (2, vec!["above"; 2]));
    let script = once_busy();
    assert_eq!(send(below(&script)).await.unwrap(), 1);
    assert_eq!((script.runs(), spans.take()), (2, vec!["below"]));
}
