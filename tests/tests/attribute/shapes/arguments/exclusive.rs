//! `&mut T`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[resilient(key = "shapes.exclusive", retry = "2 attempts, no delay")]
async fn exclusive(script: &Script, seen: &mut Vec<u32>, sum: &mut u32) -> Result<usize, Fail> {
    seen.push(7);
    *sum += 7;
    script.play().await?;
    Ok(seen.len())
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let (script, mut seen, mut sum) = (once_busy(), vec![1], 0);
    assert_eq!(send(exclusive(&script, &mut seen, &mut sum)).await.unwrap(), 3);
    assert_eq!((script.runs(), seen, sum), (2, vec![1, 7, 7], 14));
}
