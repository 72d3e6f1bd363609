//! `self: &mut Self`.

#![allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: u32,
}

impl Counter {
    #[resilient(key = "shapes.receiver_typed_mut", retry = "2 attempts, no delay")]
    async fn add(self: &mut Self) -> Result<u32, Fail> {
        self.seen += 1;
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let mut counter = Counter { script: once_busy(), seen: 0 };
    assert_eq!(send(counter.add()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (2, 2));
}
