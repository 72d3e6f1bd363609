//! `self: Pin<&mut Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::{Pin, pin};

struct Counter {
    script: Script,
    seen: u32,
}

impl Counter {
    #[resilient(key = "shapes.receiver_pin_mut", retry = "2 attempts, no delay")]
    async fn add(self: Pin<&mut Self>, x: u32) -> Result<u32, Fail> {
        let this = self.get_mut();
        this.seen += x;
        this.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_may_consume_the_pin() {
    let mut counter = pin!(Counter { script: once_busy(), seen: 0 });
    assert_eq!(send(counter.as_mut().add(7)).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, 14));
}
