//! `&T`, `&str`, `&[T]`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Not `Clone`.
struct Order(u32);

#[resilient(key = "shapes.borrowed", retry = "2 attempts, no delay")]
async fn borrowed(script: &Script, order: &Order, text: &str, values: &[Order]) -> Result<String, Fail> {
    script.play().await?;
    Ok(format!("{} {text} {}", order.0, values.len()))
}

#[tokio::test(start_paused = true)]
async fn references_are_copied_to_both_attempts() {
    let script = once_busy();
    assert_eq!(send(borrowed(&script, &Order(7), "t", &[Order(1), Order(2)])).await.unwrap(), "7 t 2");
    assert_eq!(script.runs(), 2);
}
