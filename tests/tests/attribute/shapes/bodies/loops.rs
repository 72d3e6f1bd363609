//! Bodies that are a loop: `loop` as the tail, `while let`, and awaits inside.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.loop_tail", retry = "2 attempts, no delay")]
async fn tail(script: &Script, mut left: Vec<u32>) -> Result<u32, Fail> {
    loop {
        if left.pop().is_none() {
            break script.play().await;
        }
        tokio::task::yield_now().await;
    }
}

#[resilient(key = "shapes.loop_return", retry = "2 attempts, no delay")]
async fn diverging(script: &Script) -> Result<u32, Fail> {
    let mut turns = 0;
    loop {
        turns += 1;
        if turns == 3 {
            return script.play().await;
        }
    }
}

#[resilient(key = "shapes.while_let", retry = "2 attempts, no delay")]
async fn while_let(script: &Script, left: &mut Vec<u32>) -> Result<u32, Fail> {
    while let Some(n) = left.pop() {
        if n == 2 {
            script.play().await?;
        }
    }
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn a_loop_may_be_the_body() {
    let script = once_busy();
    assert_eq!(send(tail(&script, vec![1, 2])).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(diverging(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let (script, mut left) = (once_busy(), vec![1, 2, 3]);
    assert_eq!(send(while_let(&script, &mut left)).await.unwrap(), 1);
    assert_eq!((script.runs(), left.len()), (2, 0), "the second attempt goes on where the first one failed");
}
