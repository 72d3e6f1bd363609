//! `&mut T` that the body gives away: to another name, a struct, an `async move` block.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Guard<'a>(&'a mut u32);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        *self.0 += 10;
    }
}

#[resilient(key = "shapes.exclusive_moved", retry = "2 attempts, no delay")]
async fn moved(script: &Script, seen: &mut Vec<u32>, sum: &mut u32) -> Result<u32, Fail> {
    let mine = seen;
    mine.push(1);
    let guard = Guard(sum);
    async move {
        mine.push(2);
        *guard.0 += 1;
        script.play().await
    }
    .await
}

#[tokio::test(start_paused = true)]
async fn each_attempt_may_give_its_borrow_away() {
    let (script, mut seen, mut sum) = (once_busy(), vec![], 0);
    assert_eq!(send(moved(&script, &mut seen, &mut sum)).await.unwrap(), 1);
    assert_eq!((script.runs(), seen, sum), (2, vec![1, 2, 1, 2], 22));
}
