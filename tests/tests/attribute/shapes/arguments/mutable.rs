//! `mut x: T`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.mutable", retry = "2 attempts, no delay")]
async fn mutable(script: &Script, mut text: String, mut left: u32) -> Result<(String, u32), Fail> {
    text.push('x');
    left -= 1;
    script.play().await?;
    Ok((text, left))
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_sees_no_change_of_the_first() {
    let script = once_busy();
    assert_eq!(send(mutable(&script, "t".into(), 7)).await.unwrap(), ("tx".into(), 6));
    assert_eq!(script.runs(), 2);
}
