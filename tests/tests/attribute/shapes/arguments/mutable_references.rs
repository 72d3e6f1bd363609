//! `mut x: &T`, and `mut x: &mut T`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.mutable_references", retry = "2 attempts, no delay")]
async fn consume(script: &Script, mut text: &str, mut slots: &mut [u32]) -> Result<String, Fail> {
    text = &text[1..];
    if slots.len() > 1 {
        slots = &mut slots[1..];
    }
    slots[0] += 1;
    script.play().await?;
    Ok(text.to_owned())
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_starts_with_the_reference_of_the_caller() {
    let (script, mut slots) = (once_busy(), [0, 0, 0]);
    assert_eq!(send(consume(&script, "abc", &mut slots)).await.unwrap(), "bc");
    assert_eq!((script.runs(), slots), (2, [0, 2, 0]));
}
