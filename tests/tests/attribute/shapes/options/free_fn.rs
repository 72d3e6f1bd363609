//! `executor`, `hedge`, `idempotent` and `fallback` on a free function.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{EXECUTOR, HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script, busy};

#[resilient(key = "shapes.free_executor", executor = &*EXECUTOR, retry = "2 attempts, no delay")]
async fn executed(script: &Script, text: String) -> Result<String, Fail> {
    script.play().await.map(|_| text)
}

#[resilient(key = "shapes.free_hedge", hedge = "20ms, at most 1, budget none")]
async fn hedged(script: &Script, text: String) -> Result<String, Fail> {
    script.play().await.map(|_| text)
}

#[resilient(key = "shapes.free_idempotent", policy = HEDGED, idempotent)]
async fn idempotent(script: &Script, (text, _): (String, u32)) -> Result<String, Fail> {
    script.play().await.map(|_| text)
}

#[resilient(key = "shapes.free_fallback", retry = "2 attempts, no delay", fallback = instead)]
async fn falls_back(script: &Script, text: String, seen: &mut u32, _: u8) -> Result<String, Fail> {
    *seen += 1;
    script.play().await.map(|_| text)
}

async fn instead(_: &Script, text: String, seen: &mut u32, _: u8, error: Fail) -> Result<String, Fail> {
    *seen += 10;
    Ok(format!("{text} {error}"))
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let script = once_busy();
    assert_eq!(send(executed(&script, "t".into())).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
    let script = slow_once();
    assert_eq!(send(hedged(&script, "t".into())).await.unwrap(), "t");
    assert_eq!((script.runs(), script.live()), (2, 0));
    let script = slow_once();
    assert_eq!(send(idempotent(&script, ("t".into(), 0))).await.unwrap(), "t");
    assert_eq!((script.runs(), script.live()), (2, 0));
    let (script, mut seen) = (Script::new([busy()]), 0);
    assert_eq!(send(falls_back(&script, "t".into(), &mut seen, 0)).await.unwrap(), "t busy");
    assert_eq!((script.runs(), seen), (2, 12));
}
