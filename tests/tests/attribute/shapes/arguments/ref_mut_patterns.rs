//! `ref mut x: T`, and `(ref mut x, _): (T, U)`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.ref_mut_patterns", retry = "2 attempts, no delay")]
#[allow(clippy::toplevel_ref_arg, reason = "it is the shape")]
async fn refs(script: &Script, ref mut list: Vec<u32>, (ref mut text, _): (String, u32)) -> Result<String, Fail> {
    list.push(1);
    text.push('x');
    script.play().await?;
    Ok(format!("{list:?} {text}"))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_borrows_from_a_clone_of_its_own() {
    let script = once_busy();
    assert_eq!(send(refs(&script, vec![7], ("t".into(), 0))).await.unwrap(), "[7, 1] tx");
    assert_eq!(script.runs(), 2);
}
