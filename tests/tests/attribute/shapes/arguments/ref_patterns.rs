//! `ref x: T`, and `Some(ref x)` further in.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.ref_patterns", retry = "2 attempts, no delay")]
#[allow(clippy::toplevel_ref_arg, reason = "it is the shape")]
async fn refs(script: &Script, ref text: String, (ref left, _): (String, u32)) -> Result<String, Fail> {
    let borrowed: &str = text;
    script.play().await?;
    Ok(format!("{borrowed} {left}"))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_borrows_from_a_clone_of_its_own() {
    let script = once_busy();
    assert_eq!(send(refs(&script, "t".into(), ("l".into(), 0))).await.unwrap(), "t l");
    assert_eq!(script.runs(), 2);
}
