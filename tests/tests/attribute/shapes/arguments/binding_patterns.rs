//! `n @ 0..`, and `whole @ (a, b)`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.bindings", retry = "2 attempts, no delay")]
async fn bindings(script: &Script, n @ 0..: u32, whole @ (a, b): (u32, u32)) -> Result<(u32, u32), Fail> {
    script.play().await?;
    Ok((n + a + b, whole.0 + whole.1))
}

#[tokio::test(start_paused = true)]
async fn the_whole_and_its_parts_have_names() {
    let script = once_busy();
    assert_eq!(send(bindings(&script, 1, (2, 3))).await.unwrap(), (6, 5));
    assert_eq!(script.runs(), 2);
}
