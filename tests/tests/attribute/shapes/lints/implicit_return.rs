//! `clippy::implicit_return` and the like, denied by the author: the expansion sets off none of them (attribute-1).

#![deny(clippy::implicit_return, clippy::needless_return, unused_braces)]
#![allow(clippy::needless_return, reason = "`implicit_return` asks for them")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

#[resilient(key = "shapes.implicit_return", retry = "2 attempts, no delay")]
async fn retried(script: &Script) -> Result<u32, Fail> {
    return script.play().await;
}

#[resilient(key = "shapes.implicit_return_once", timeout = "1s")]
async fn once(script: &Script) -> Result<u32, Fail> {
    return script.play().await;
}

#[resilient(key = "shapes.implicit_return_hedge", hedge = "1s", retry = "2 attempts, no delay", fallback = instead)]
async fn hedged(script: &Script) -> Result<u32, Fail> {
    return script.play().await;
}

#[allow(clippy::unused_async, reason = "a fallback is async")]
async fn instead(_: &Script, error: Fail) -> Result<u32, Fail> {
    return Err(error);
}

#[resilient(key = "shapes.implicit_return_future", retry = "2 attempts, no delay")]
fn boxed(script: &Script) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    return Box::pin(async move { return script.play().await });
}

#[resilient(key = "shapes.implicit_return_statements", retry = "2 attempts, no delay")]
fn statements(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    let one = 1;
    return async move { return Ok(script.play().await? * one) };
}

#[tokio::test(start_paused = true)]
async fn no_return_is_missing() {
    let script = once_busy();
    assert_eq!(send(retried(&script)).await.unwrap(), 1);
    let script = once_busy();
    assert!(send(once(&script)).await.is_err());
    let script = once_busy();
    assert_eq!(send(hedged(&script)).await.unwrap(), 1);
    let script = once_busy();
    assert_eq!(send(boxed(&script)).await.unwrap(), 1);
    let script = once_busy();
    assert_eq!(send(statements(&script)).await.unwrap(), 1);
}
