//! The block of a future knows the type of its result: `Ok(Box::new(x))` to `Box<dyn Display>`, a bare `?`, a `return`.

use crate::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

type Shown = Box<dyn Display + Send>;

#[resilient(key = "shapes.future_coerced", retry = "2 attempts, no delay")]
#[allow(clippy::manual_async_fn, reason = "it is the shape")]
fn opaque(script: &Script) -> impl Future<Output = Result<Shown, Fail>> + Send + '_ {
    async move {
        let value = script.play().await?;
        if value == 0 {
            return Ok(Box::new("none"));
        }
        Ok(Box::new(value))
    }
}

#[resilient(key = "shapes.box_coerced", retry = "2 attempts, no delay")]
fn boxed(script: &Script, early: bool) -> Pin<Box<dyn Future<Output = Result<Shown, Fail>> + Send + '_>> {
    let text = if early { "early" } else { "late" };
    Box::pin(async move {
        script.play().await?;
        if early {
            return Ok(Box::new(text));
        }
        Ok(Box::new(1))
    })
}

#[tokio::test(start_paused = true)]
async fn the_type_of_the_result_is_known_in_the_block() {
    let script = once_busy();
    assert_eq!(send(opaque(&script)).await.unwrap().to_string(), "1");
    assert_eq!(script.runs(), 2);
    for (early, text) in [(true, "early"), (false, "1")] {
        let script = once_busy();
        assert_eq!(send(boxed(&script, early)).await.unwrap().to_string(), text);
        assert_eq!(script.runs(), 2);
    }
}
