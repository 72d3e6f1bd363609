//! `#[must_use]`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;

#[must_use = "it counts"]
#[resilient(key = "shapes.must_use", retry = "2 attempts, no delay")]
async fn counted(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "shapes.future_must_use", retry = "2 attempts, no delay")]
#[must_use = "it does nothing by itself"]
fn future(script: &Script) -> impl Future<Output = Result<u32, Fail>> + Send + use<'_> {
    let value = script.play();
    async move { value.await }
}

#[tokio::test(start_paused = true)]
async fn what_must_be_used_still_must() {
    let script = once_busy();
    #[expect(unused_must_use)]
    {
        counted(&script);
        future(&script);
    }
    assert_eq!(script.runs(), 0, "a future that is not awaited does nothing");
    assert_eq!(send(counted(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(future(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
