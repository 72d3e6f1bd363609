//! `(a, mut b): (A, B)`, and `&(a, b): &(A, B)`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.tuples", retry = "2 attempts, no delay")]
async fn tuples(script: &Script, (a, mut b): (String, u32), &(c, d): &(u32, char)) -> Result<String, Fail> {
    b += script.play().await?;
    let a = a + "!";
    Ok(format!("{a} {b} {c} {d}"))
}

#[tokio::test(start_paused = true)]
async fn tuples_are_taken_apart_in_each_attempt() {
    let script = once_busy();
    assert_eq!(send(tuples(&script, ("a".into(), 2), &(3, 'd'))).await.unwrap(), "a! 3 3 d");
    assert_eq!(script.runs(), 2);
}
