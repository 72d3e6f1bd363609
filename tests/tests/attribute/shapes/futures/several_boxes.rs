//! A `match` with two boxed arms, an early `return Box::pin(..)`.

use crate::shapes::{once_busy, send};
use futures::future::BoxFuture;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::{Future, ready};
use std::pin::Pin;

#[resilient(key = "shapes.two_arms", retry = "2 attempts, no delay")]
fn arms(script: &Script, known: Option<u32>) -> Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>> {
    match known {
        Some(value) => Box::pin(ready(Ok(value))),
        None => Box::pin(async move { script.play().await }),
    }
}

#[resilient(key = "shapes.early_box", retry = "2 attempts, no delay")]
fn early(script: &Script, text: String) -> BoxFuture<'_, Result<usize, Fail>> {
    if text.is_empty() {
        return Box::pin(async { Ok(0) });
    }
    let Ok(n) = text.parse::<usize>() else {
        return Box::pin(ready(Err(Fail::Broken)));
    };
    Box::pin(async move {
        script.play().await?;
        Ok(text.len() + n)
    })
}

#[tokio::test(start_paused = true)]
async fn each_box_is_of_a_type_of_its_own() {
    let script = once_busy();
    assert_eq!(send(arms(&script, None)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    assert_eq!(send(arms(&script, Some(7))).await.unwrap(), 7);
    let script = once_busy();
    assert_eq!(send(early(&script, "12".into())).await.unwrap(), 14);
    assert_eq!(script.runs(), 2);
    assert_eq!(send(early(&script, String::new())).await.unwrap(), 0);
    assert!(matches!(send(early(&script, "x".into())).await, Err(Fail::Broken)));
}
