//! `#[instrument(err)]` and `ret` below, on functions that return a future (attribute-8).

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;
use tracing::instrument;

#[resilient(key = "shapes.instrument_err_opaque", retry = "2 attempts, no delay")]
#[instrument(err, skip(script), fields(%id))]
fn opaque(script: &Script, id: u32) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    async move { Ok(script.play().await? + id) }
}

#[resilient(key = "shapes.instrument_err_boxed", retry = "2 attempts, no delay")]
#[instrument(ret, err, skip_all)]
fn boxed(script: &Script) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    Box::pin(async move { script.play().await })
}

#[resilient(key = "shapes.instrument_err_statements", timeout = "1s")]
#[instrument(err(Debug), skip_all)]
fn statements(script: &Script) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    let one = 1;
    Box::pin(async move { Ok(script.play().await? + one) })
}

#[tokio::test(start_paused = true)]
async fn the_result_of_the_call_is_told() {
    let spans = Spans::watch();
    let script = once_busy();
    assert_eq!(send(opaque(&script, 7)).await.unwrap(), 8);
    assert_eq!((script.runs(), spans.fields()), (2, vec!["id"]));
    let script = once_busy();
    assert_eq!(send(boxed(&script)).await.unwrap(), 1);
    assert_eq!((script.runs(), spans.take()), (2, vec!["boxed"]));
    let script = once_busy();
    assert!(send(statements(&script)).await.is_err());
    assert_eq!((script.runs(), spans.take()), (1, vec!["statements"]));
}
