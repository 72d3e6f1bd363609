//! `BoxFuture` and `LocalBoxFuture` of the `futures` crate.

#![allow(unused_qualifications, reason = "the long paths are the shape")]

use crate::shapes::{once_busy, send};
use futures::future::{BoxFuture, LocalBoxFuture};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::rc::Rc;
use std::sync::Arc;

#[resilient(key = "shapes.box_future", retry = "2 attempts, no delay")]
fn owned(script: Arc<Script>, mut text: String) -> BoxFuture<'static, Result<String, Fail>> {
    Box::pin(async move {
        text.push('!');
        script.play().await.map(|_| text)
    })
}

#[resilient(key = "shapes.local_box_future", retry = "2 attempts, no delay")]
fn local(script: &Script, shared: Rc<u32>) -> LocalBoxFuture<'_, Result<u32, Fail>> {
    Box::pin(async move { Ok(script.play().await? + *shared) })
}

#[resilient(key = "shapes.box_future_path", retry = "2 attempts, no delay")]
fn path<'a>(script: &'a Script, seen: &'a mut Vec<u32>) -> futures::future::BoxFuture<'a, Result<u32, Fail>> {
    Box::pin(async move {
        seen.push(1);
        script.play().await
    })
}

#[tokio::test(start_paused = true)]
async fn the_future_in_the_box_is_guarded() {
    let script = Arc::new(once_busy());
    assert_eq!(send(owned(script.clone(), "t".into())).await.unwrap(), "t!");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(local(&script, Rc::new(7)).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let (script, mut seen) = (once_busy(), vec![]);
    assert_eq!(send(path(&script, &mut seen)).await.unwrap(), 1);
    assert_eq!((script.runs(), seen), (2, vec![1, 1]));
}
