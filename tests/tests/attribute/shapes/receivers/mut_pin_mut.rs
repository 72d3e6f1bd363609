//! `mut self: Pin<&mut Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::{Pin, pin};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.receiver_mut_pin_mut", retry = "2 attempts, no delay")]
    async fn add(mut self: Pin<&mut Self>) -> Result<u32, Fail> {
        self.seen.push(1);
        self.as_mut().get_mut().seen.push(2);
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let mut counter = pin!(Counter { script: once_busy(), seen: vec![] });
    assert_eq!(send(counter.as_mut().add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen.as_slice()), (2, &[1, 2, 1, 2][..]));
}
