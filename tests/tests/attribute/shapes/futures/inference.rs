//! The block of a future knows the type of its result: a bare `?`, `collect()`, `into()`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

#[resilient(key = "shapes.future_inferred", retry = "2 attempts, no delay")]
#[allow(clippy::manual_async_fn, reason = "it is the shape")]
fn opaque(script: &Script) -> impl Future<Output = Result<Vec<u64>, Fail>> + Send + '_ {
    async move {
        let value = script.play().await?;
        if value == 0 {
            return Ok(Vec::default());
        }
        Ok((0..=value).map(Into::into).collect())
    }
}

#[resilient(key = "shapes.box_inferred", retry = "2 attempts, no delay")]
fn boxed(script: &Script, early: bool) -> Pin<Box<dyn Future<Output = Result<String, Fail>> + Send + '_>> {
    let text = if early { "early" } else { "late" };
    Box::pin(async move {
        script.play().await?;
        if early {
            return Ok(text.into());
        }
        Ok([text, "r"].into_iter().collect())
    })
}

#[tokio::test(start_paused = true)]
async fn the_type_of_the_result_is_known_in_the_block() {
    let script = once_busy();
    assert_eq!(send(opaque(&script)).await.unwrap(), [0, 1]);
    assert_eq!(script.runs(), 2);
    for (early, text) in [(true, "early"), (false, "later")] {
        let script = once_busy();
        assert_eq!(send(boxed(&script, early)).await.unwrap(), text);
        assert_eq!(script.runs(), 2);
    }
}
