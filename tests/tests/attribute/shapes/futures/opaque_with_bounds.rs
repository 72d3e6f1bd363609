//! `-> impl Future<Output = ..> + Send + 'a`, and `+ use<..>`.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;

#[resilient(key = "shapes.future_lifetime", retry = "2 attempts, no delay")]
fn lifetime<'a>(script: &'a Script, text: &'a str) -> impl Future<Output = Result<&'a str, Fail>> + Send + 'a {
    async move {
        script.play().await?;
        Ok(text)
    }
}

#[resilient(key = "shapes.future_use", retry = "2 attempts, no delay")]
#[allow(clippy::elidable_lifetime_names, reason = "it is the shape")]
fn captures<'a, T: Clone + Send>(
    script: &'a Script,
    value: T,
) -> impl Send + Future<Output = Result<T, Fail>> + use<'a, T> {
    async move {
        script.play().await?;
        Ok(value)
    }
}

fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

#[tokio::test(start_paused = true)]
async fn the_bounds_hold() {
    let script = once_busy();
    assert_eq!(boxed(lifetime(&script, "t")).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(boxed(captures(&script, vec![1])).await.unwrap(), [1]);
    assert_eq!(script.runs(), 2);
}
