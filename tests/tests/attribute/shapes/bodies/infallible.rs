//! `-> Result<Infallible, E>`: it only ends with an error.

use crate::shapes::send;
use recourse::resilient;
use recourse_tests::{Fail, Script, broken, busy};
use std::convert::Infallible;

#[resilient(key = "shapes.infallible", retry = "2 attempts, no delay")]
async fn serve(script: &Script) -> Result<Infallible, Fail> {
    loop {
        script.play().await?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_may_never_succeed() {
    let script = Script::new([busy(), broken()]);
    let Err(fail) = send(serve(&script)).await;
    assert_eq!((fail.to_string().as_str(), script.runs()), ("broken", 2));
}
