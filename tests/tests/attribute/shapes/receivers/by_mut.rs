//! `&mut self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.receiver_by_mut", retry = "2 attempts, no delay")]
    async fn add(&mut self, x: u32) -> Result<usize, Fail> {
        self.seen.push(x);
        self.script.play().await?;
        Ok(self.seen.len())
    }
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let mut counter = Counter { script: once_busy(), seen: vec![1] };
    assert_eq!(send(counter.add(7)).await.unwrap(), 3);
    assert_eq!((counter.script.runs(), counter.seen), (2, vec![1, 7, 7]));
}
