//! Inner attributes, and attributes on statements and expressions.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.inner_attributes", retry = "2 attempts, no delay")]
async fn inner(script: &Script, n: u32) -> Result<u32, Fail> {
    #![allow(clippy::let_and_return, reason = "the attribute is the shape")]
    #![expect(unused_variables)]
    let unused = n;
    let value = script.play().await;
    value
}

#[resilient(key = "shapes.statement_attributes", retry = "2 attempts, no delay")]
async fn statements(script: &Script) -> Result<u32, Fail> {
    #[cfg(any())]
    return Err(Fail::Broken);
    #[allow(clippy::let_and_return)]
    let value = script.play().await;
    #[cfg(any())]
    {
        value = Ok(0);
    }
    value
}

#[tokio::test(start_paused = true)]
async fn attributes_in_the_body_stay_in_place() {
    let script = once_busy();
    assert_eq!(send(inner(&script, 7)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(statements(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
