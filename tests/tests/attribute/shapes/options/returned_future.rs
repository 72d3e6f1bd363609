//! `executor`, `hedge`, `idempotent` and `fallback` on functions that return a future, in a box or not.

#![allow(clippy::unused_async, clippy::manual_async_fn, reason = "a fallback is async; the other is the shape")]

use super::{EXECUTOR, HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use futures::future::{BoxFuture, FutureExt as _};
use recourse::resilient;
use recourse_tests::{Fail, Script, busy};
use std::future::Future;

#[resilient(key = "shapes.future_executor", executor = &*EXECUTOR, retry = "2 attempts, no delay")]
fn executed(script: &Script, text: String) -> impl Future<Output = Result<String, Fail>> + Send + '_ {
    async move { script.play().await.map(|_| text) }
}

#[resilient(key = "shapes.future_hedge", hedge = "20ms, at most 1, budget none")]
fn hedged(script: &Script, text: String) -> BoxFuture<'_, Result<String, Fail>> {
    Box::pin(async move { script.play().await.map(|_| text) })
}

#[resilient(key = "shapes.future_idempotent", policy = HEDGED, idempotent)]
fn idempotent(script: &Script, (text, _): (String, u32)) -> BoxFuture<'_, Result<String, Fail>> {
    script.play().map(|result| result.map(|_| text)).boxed()
}

struct Counter(Script, u32);

impl Counter {
    #[resilient(key = "shapes.future_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    fn falls_back(&mut self, text: String) -> BoxFuture<'_, Result<String, Fail>> {
        self.1 += 1;
        Box::pin(async move { self.0.play().await.map(|_| text) })
    }

    async fn instead(&mut self, text: String, error: Fail) -> Result<String, Fail> {
        self.1 += 10;
        Ok(format!("{text} {error}"))
    }

    #[resilient(key = "shapes.future_fallback_future", retry = "2 attempts, no delay", fallback = Self::other)]
    fn falls_on(&self, text: String) -> impl Future<Output = Result<String, Fail>> + Send + '_ {
        async move { self.0.play().await.map(|_| text) }
    }

    fn other(&self, text: String, error: Fail) -> BoxFuture<'_, Result<String, Fail>> {
        async move { Ok(format!("{text} {error} {}", self.1)) }.boxed()
    }
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
    let mut counter = Counter(Script::new([busy()]), 0);
    assert_eq!(send(counter.falls_back("t".into())).await.unwrap(), "t busy");
    assert_eq!((counter.0.runs(), counter.1), (2, 12));
    assert_eq!(send(counter.falls_on("t".into())).await.unwrap(), "t busy 12");
    assert_eq!(counter.0.runs(), 4);
}
