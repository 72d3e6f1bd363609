//! Bodies whose tail is a `match`, an `if`, or a block, with guards, and values that are locked for a moment.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Mutex;

#[resilient(key = "shapes.locked", retry = "2 attempts, no delay")]
#[allow(clippy::significant_drop_in_scrutinee, reason = "it is the shape")]
async fn locked(script: &Script, log: &Mutex<Vec<u32>>) -> Result<usize, Fail> {
    log.lock().unwrap().push(1);
    script.play().await?;
    match log.lock().unwrap().len() {
        n if n > 1 => Ok(n),
        _ => Err(Fail::Broken),
    }
}

#[resilient(key = "shapes.block_tail", retry = "2 attempts, no delay")]
async fn block(script: &Script) -> Result<u32, Fail> {
    {
        let value = script.play().await?;
        if value == 1 { Ok(value) } else { Err(Fail::Missing) }
    }
}

#[tokio::test(start_paused = true)]
async fn any_expression_may_be_the_tail() {
    let (script, log) = (once_busy(), Mutex::default());
    assert_eq!(send(locked(&script, &log)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(block(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
