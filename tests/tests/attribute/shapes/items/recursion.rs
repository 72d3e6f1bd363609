//! A function that calls itself: guarded at each depth.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.recursion", retry = "2 attempts, no delay")]
async fn depth(script: &Script, n: u32) -> Result<u32, Fail> {
    if n == 0 { script.play().await } else { Ok(Box::pin(depth(script, n - 1)).await? + 1) }
}

#[resilient(key = "shapes.recursion_mut", retry = "2 attempts, no delay")]
async fn walk(script: &Script, path: &mut Vec<u32>, n: u32) -> Result<u32, Fail> {
    path.push(n);
    if n == 0 {
        return script.play().await;
    }
    Box::pin(walk(script, path, n - 1)).await
}

#[tokio::test(start_paused = true)]
async fn the_innermost_call_retries() {
    let script = once_busy();
    assert_eq!(send(depth(&script, 3)).await.unwrap(), 4);
    assert_eq!(script.runs(), 2);
    let (script, mut path) = (once_busy(), vec![]);
    assert_eq!(send(walk(&script, &mut path, 2)).await.unwrap(), 1);
    assert_eq!((script.runs(), path), (2, vec![2, 1, 0, 0]));
}
