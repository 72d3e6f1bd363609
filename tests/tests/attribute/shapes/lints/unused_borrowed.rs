//! `#[expect]` on an argument that is a reference.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.unused_borrowed", retry = "2 attempts, no delay")]
async fn unused(script: &Script, #[expect(unused_variables)] borrowed: &str) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn it_is_expected_and_found() {
    let script = once_busy();
    assert_eq!(send(unused(&script, "")).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
