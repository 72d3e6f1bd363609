//! `[first, .., last]: [T; N]`, and `[head, rest @ ..]: &[T; N]`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.slices", retry = "2 attempts, no delay")]
async fn slices(script: &Script, [first, .., last]: [String; 3], [head, rest @ ..]: &[u32; 3]) -> Result<String, Fail> {
    script.play().await?;
    Ok(first + &last + &head.to_string() + &rest.len().to_string())
}

#[tokio::test(start_paused = true)]
async fn arrays_are_taken_apart_in_each_attempt() {
    let script = once_busy();
    assert_eq!(send(slices(&script, ["a", "b", "c"].map(Into::into), &[7, 8, 9])).await.unwrap(), "ac72");
    assert_eq!(script.runs(), 2);
}
