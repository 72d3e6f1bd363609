//! Guarded functions that call guarded functions, ten deep, and the future can still be sent.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::pin::Pin;

macro_rules! chain {
    ($($name:ident => $next:ident),*) => {
        $(
            #[resilient(key = "shapes.chain", retry = "2 attempts, no delay")]
            async fn $name(script: &Script, text: String) -> Result<String, Fail> {
                $next(script, text).await
            }
        )*
    };
}

chain!(a => b, b => c, c => d, d => e, e => f, f => g, g => h, h => i, i => last);

#[resilient(key = "shapes.chain_last", retry = "2 attempts, no delay")]
async fn last(script: &Script, text: String) -> Result<String, Fail> {
    script.play().await.map(|_| text)
}

#[tokio::test(start_paused = true)]
async fn the_innermost_call_retries() {
    let script = once_busy();
    let future: Pin<Box<dyn Future<Output = Result<String, Fail>> + Send + '_>> = Box::pin(a(&script, "t".into()));
    assert_eq!(send(future).await.unwrap(), "t");
    assert_eq!(script.runs(), 2);
}
