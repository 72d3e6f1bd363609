//! Bodies of one expression: a call, a literal, a block, a `match`, an `if`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.one_call", retry = "2 attempts, no delay")]
async fn call(script: &Script) -> Result<u32, Fail> {
    script.play().await
}

#[resilient(key = "shapes.one_match", retry = "2 attempts, no delay")]
async fn matched(script: &Script) -> Result<&'static str, Fail> {
    match script.play().await {
        Ok(1) => Ok("one"),
        Ok(_) => Ok("more"),
        Err(fail) => Err(fail),
    }
}

#[resilient(key = "shapes.one_if", retry = "2 attempts, no delay")]
async fn branch(script: &Script) -> Result<u32, Fail> {
    if script.runs() == 1 { script.play().await.map(|value| value + 1) } else { script.play().await }
}

#[resilient(key = "shapes.one_literal", retry = "2 attempts, no delay")]
#[allow(clippy::unused_async, reason = "it is the shape")]
async fn literal() -> Result<u32, Fail> {
    Ok(1)
}

#[resilient(key = "shapes.unit", retry = "2 attempts, no delay")]
async fn unit(script: &Script) -> Result<(), Fail> {
    script.play().await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_expression_may_be_the_body() {
    let script = once_busy();
    assert_eq!(send(call(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(matched(&script)).await.unwrap(), "one");
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(branch(&script)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    send(unit(&script)).await.unwrap();
    assert_eq!((script.runs(), literal().await.unwrap()), (2, 1));
}
