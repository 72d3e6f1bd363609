//! Functions that return a future, with the type and the block handed on by `macro_rules!`.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

macro_rules! returns {
    ($name:ident, $key:literal, $returned:ty, $script:ident, $future:expr) => {
        #[resilient(key = $key, retry = "2 attempts, no delay")]
        fn $name($script: &Script) -> $returned {
            $future
        }
    };
}

macro_rules! output {
    ($name:ident, $output:ty, $script:ident $body:block) => {
        #[resilient(key = "shapes.macro_output", retry = "2 attempts, no delay")]
        fn $name($script: &Script) -> impl Future<Output = $output> + Send + '_ {
            async move $body
        }
    };
}

returns!(opaque, "shapes.macro_opaque", impl Future<Output = Result<u32, Fail>> + Send + '_, script, async move {
    script.play().await
});
returns!(
    boxed,
    "shapes.macro_boxed",
    Pin<Box<dyn Future<Output = Result<u32, Fail>> + Send + '_>>,
    script,
    Box::pin(async move { script.play().await })
);
output!(output, Result<u32, Fail>, script { script.play().await });

#[tokio::test(start_paused = true)]
async fn the_future_is_guarded() {
    let script = once_busy();
    assert_eq!(send(opaque(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(boxed(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(output(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
