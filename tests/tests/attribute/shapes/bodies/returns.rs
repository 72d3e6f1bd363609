//! `return` at all depths, as the last statement, and in a branch whose other side is the tail.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.returns", retry = "2 attempts, no delay")]
async fn returns(script: &Script, n: u32) -> Result<u32, Fail> {
    let value = script.play().await;
    if n == 0 {
        return value;
    }
    for i in 1.. {
        if i == n {
            match value {
                Ok(value) if n == 2 => return Ok(value + i),
                other => return other,
            }
        }
    }
    Ok(0)
}

#[resilient(key = "shapes.return_last", retry = "2 attempts, no delay")]
#[allow(clippy::needless_return, reason = "it is the shape")]
async fn last(script: &Script) -> Result<u32, Fail> {
    return script.play().await;
}

#[tokio::test(start_paused = true)]
async fn a_return_ends_the_attempt() {
    for (n, expected) in [(0, 1), (1, 1), (2, 3)] {
        let script = once_busy();
        assert_eq!(send(returns(&script, n)).await.unwrap(), expected);
        assert_eq!(script.runs(), 2);
    }
    let script = once_busy();
    assert_eq!(send(last(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
