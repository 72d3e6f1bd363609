//! Bodies that are no block: the future of another function, `.boxed()`, a combinator, `async {}` without `move`.

use crate::shapes::{once_busy, send};
use futures::future::{BoxFuture, FutureExt as _, TryFutureExt as _};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::sync::Arc;

#[resilient(key = "shapes.forwarded", retry = "2 attempts, no delay")]
fn forwarded(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    script.play()
}

#[resilient(key = "shapes.boxed_by_method", retry = "2 attempts, no delay")]
fn by_method(script: Arc<Script>, text: String) -> BoxFuture<'static, Result<String, Fail>> {
    async move {
        script.play().await?;
        Ok(text)
    }
    .boxed()
}

#[resilient(key = "shapes.combinator", retry = "2 attempts, no delay")]
fn combined(script: &Script, n: u32) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    script.play().map_ok(move |value| value + n)
}

#[resilient(key = "shapes.without_move", retry = "2 attempts, no delay")]
fn without_move(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + '_ {
    let play = script.play();
    async {
        tokio::task::yield_now().await;
        play.await
    }
}

struct Service(Script);

impl Service {
    #[resilient(key = "shapes.forwarded_mut", retry = "2 attempts, no delay")]
    fn forwarded(&mut self) -> BoxFuture<'_, Result<u32, Fail>> {
        let me = self;
        me.0.play().boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn any_expression_may_make_the_future() {
    let script = once_busy();
    assert_eq!(send(forwarded(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    assert_eq!(send(by_method(script.clone(), "t".into())).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(combined(&script, 7)).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(without_move(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let mut service = Service(once_busy());
    assert_eq!(send(service.forwarded()).await.unwrap(), 1);
    assert_eq!(service.0.runs(), 2);
}
