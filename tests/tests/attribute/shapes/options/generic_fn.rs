//! `executor`, `hedge`, `idempotent` and `fallback` on generic functions.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{EXECUTOR, HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script, busy};
use std::fmt::Display;

#[resilient(key = "shapes.generic_executor", executor = EXECUTOR, retry = "2 attempts, no delay")]
async fn executed<T: Clone + Send>(script: &Script, value: T) -> Result<T, Fail> {
    script.play().await.map(|_| value)
}

#[resilient(key = "shapes.generic_hedge", hedge = "20ms, at most 1, budget none")]
async fn hedged<T: Clone + Send, const N: usize>(script: &Script, values: [T; N]) -> Result<Vec<T>, Fail> {
    script.play().await.map(|_| values.into())
}

#[resilient(key = "shapes.generic_idempotent", policy = HEDGED, idempotent)]
async fn idempotent<T>(script: &Script, show: impl Fn(u32) -> T + Clone + Send) -> Result<T, Fail>
where
    T: Send,
{
    script.play().await.map(show)
}

#[resilient(key = "shapes.generic_fallback", retry = "2 attempts, no delay", fallback = instead::<T>)]
async fn falls_back<T: Clone + Display + Send>(script: &Script, value: T) -> Result<String, Fail> {
    script.play().await.map(|_| value.to_string())
}

async fn instead<T: Display + Send>(_: &Script, value: T, error: Fail) -> Result<String, Fail> {
    Ok(format!("{value} {error}"))
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let script = once_busy();
    assert_eq!(send(executed(&script, "t")).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
    let script = slow_once();
    assert_eq!(send(hedged(&script, [1, 2])).await.unwrap(), [1, 2]);
    assert_eq!((script.runs(), script.live()), (2, 0));
    let script = slow_once();
    assert_eq!(send(idempotent(&script, |n| n + 1)).await.unwrap(), 2);
    assert_eq!((script.runs(), script.live()), (2, 0));
    let script = Script::new([busy()]);
    assert_eq!(send(falls_back(&script, 1.5)).await.unwrap(), "1.5 busy");
    assert_eq!(script.runs(), 2);
}
