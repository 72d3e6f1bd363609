//! `&dyn Trait`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

#[resilient(key = "shapes.dyn_ref", retry = "2 attempts, no delay")]
async fn show(script: &Script, value: &(dyn Display + Sync)) -> Result<String, Fail> {
    script.play().await?;
    Ok(value.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_trait_object_is_borrowed_by_both_attempts() {
    let script = once_busy();
    assert_eq!(send(show(&script, &7)).await.unwrap(), "7");
    assert_eq!(script.runs(), 2);
}
