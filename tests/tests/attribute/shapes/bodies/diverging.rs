//! Bodies whose tail never returns: `panic!`, `unreachable!`, `unimplemented!`, a block that returns.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.panic_tail", retry = "2 attempts, no delay")]
async fn panics(script: &Script) -> Result<u32, Fail> {
    if script.runs() < 2 {
        return script.play().await;
    }
    panic!("it was to return")
}

#[resilient(key = "shapes.unreachable_tail", retry = "2 attempts, no delay")]
async fn unreachable(script: &Script) -> Result<u32, Fail> {
    match script.play().await {
        Ok(value) => return Ok(value),
        Err(fail) => {
            if script.runs() == 1 {
                return Err(fail);
            }
        }
    }
    unreachable!()
}

#[resilient(key = "shapes.semicolon_tail", retry = "2 attempts, no delay")]
async fn semicolon(script: &Script) -> Result<u32, Fail> {
    {
        return script.play().await;
    };
}

#[resilient(key = "shapes.unimplemented", retry = "2 attempts, no delay")]
#[allow(clippy::unused_async, clippy::unimplemented, reason = "it is the shape")]
async fn nothing(_script: &Script) -> Result<u32, Fail> {
    unimplemented!("not today")
}

#[tokio::test(start_paused = true)]
async fn a_tail_may_diverge() {
    let script = once_busy();
    assert_eq!(send(panics(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(unreachable(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(semicolon(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "not today")]
async fn a_body_may_be_missing() {
    let _ = nothing(&once_busy()).await;
}
