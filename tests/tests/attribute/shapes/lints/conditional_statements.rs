//! A body of which only the last expression is left when its `#[cfg]` is applied: `unused_braces` is silent (attribute-1).

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.conditional_statement", retry = "2 attempts, no delay")]
#[rustfmt::skip]
async fn statement(script: &Script) -> Result<u32, Fail> { #[cfg(any())] script.log(); script.play().await }

#[resilient(key = "shapes.conditional_let", timeout = "1s")]
#[rustfmt::skip]
async fn binding(script: &Script) -> Result<u32, Fail> { #[cfg(any())] let log = 1; script.play().await }

#[tokio::test(start_paused = true)]
async fn the_braces_are_not_told_of() {
    let script = once_busy();
    assert_eq!(send(statement(&script)).await.unwrap(), 1);
    assert!(send(binding(&once_busy())).await.is_err());
}
