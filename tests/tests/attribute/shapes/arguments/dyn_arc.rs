//! `Arc<dyn Trait>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;
use std::sync::Arc;

#[resilient(key = "shapes.dyn_arc", retry = "2 attempts, no delay")]
#[allow(clippy::needless_pass_by_value, reason = "it is the shape")]
async fn show(script: &Script, value: Arc<dyn Display + Send + Sync>) -> Result<String, Fail> {
    script.play().await?;
    Ok(value.to_string())
}

#[tokio::test(start_paused = true)]
async fn an_arc_of_a_trait_object_is_cloned() {
    let (script, value) = (once_busy(), Arc::new(7));
    assert_eq!(send(show(&script, value.clone())).await.unwrap(), "7");
    assert_eq!((script.runs(), Arc::strong_count(&value)), (2, 1));
}
