//! `deprecated` fires where the body uses what is, and where an option names it.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[deprecated]
const fn old(n: u32) -> u32 {
    n + 1
}

#[deprecated]
const fn judge(_: &Fail) -> bool {
    true
}

#[resilient(key = "shapes.deprecated_body", retry = "2 attempts, no delay")]
async fn body(script: &Script) -> Result<u32, Fail> {
    #[expect(deprecated)]
    let one = old(0);
    script.play().await.map(|value| value + one)
}

#[resilient(key = "shapes.deprecated_option", retry = "2 attempts, no delay", retry_if = judge)]
#[expect(deprecated)]
async fn option(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn what_is_deprecated_is_told() {
    let script = once_busy();
    assert_eq!(send(body(&script)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(option(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
