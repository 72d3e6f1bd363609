//! `&mut dyn Trait`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Write;

#[resilient(key = "shapes.dyn_mut", retry = "2 attempts, no delay")]
async fn write(script: &Script, out: &mut (dyn Write + Send)) -> Result<u32, Fail> {
    out.write_str("x").expect("a string takes it");
    script.play().await
}

#[resilient(key = "shapes.dyn_mut_plain", retry = "2 attempts, no delay")]
#[allow(clippy::future_not_send, reason = "it is the shape")]
async fn write_here(script: &Script, out: &mut dyn Write) -> Result<u32, Fail> {
    out.write_str("y").expect("a string takes it");
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_trait_object_is_lent_to_one_attempt_after_the_other() {
    let (script, mut text) = (once_busy(), String::new());
    assert_eq!(send(write(&script, &mut text)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(write_here(&script, &mut text).await.unwrap(), 1);
    assert_eq!((script.runs(), text.as_str()), (2, "xxyy"));
}
