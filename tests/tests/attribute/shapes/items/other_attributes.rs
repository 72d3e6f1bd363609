//! `#[inline]`, `#[cold]`, `#[rustfmt::skip]`, and lints, above and below.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[inline]
#[cold]
#[rustfmt::skip]
#[resilient(key = "shapes.attributes", retry = "2 attempts, no delay")]
#[allow(non_snake_case, clippy::many_single_char_names, reason = "the names are the test")]
#[deny(unused)]
async fn Attributes(script: &Script, a: u32, b: u32, c: u32, d: u32, e: u32) -> Result<u32, Fail> {
    Ok(script.play().await? + a + b + c + d + e)
}

#[tokio::test(start_paused = true)]
async fn other_attributes_stay_in_place() {
    let script = once_busy();
    assert_eq!(send(Attributes(&script, 1, 1, 1, 1, 1)).await.unwrap(), 6);
    assert_eq!(script.runs(), 2);
}
