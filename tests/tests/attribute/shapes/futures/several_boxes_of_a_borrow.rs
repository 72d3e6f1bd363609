//! Two boxes of one `&'a mut` argument, whose lifetime the box names.

use crate::shapes::{once_busy, send};
use futures::future::BoxFuture;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.boxes_of_a_borrow", retry = "2 attempts, no delay")]
fn sides<'a>(script: &'a Script, seen: &'a mut u32) -> BoxFuture<'a, Result<u32, Fail>> {
    *seen += 1;
    if *seen == 1 { Box::pin(script.play()) } else { Box::pin(async move { Ok(script.play().await? + *seen) }) }
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let (script, mut seen) = (once_busy(), 0);
    assert_eq!(send(sides(&script, &mut seen)).await.unwrap(), 3);
    assert_eq!((script.runs(), seen), (2, 2));
}
