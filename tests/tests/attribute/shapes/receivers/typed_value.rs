//! `self: Self`, and `mut self: Self`.

#![allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Job {
    script: Arc<Script>,
    left: u32,
}

impl Job {
    #[resilient(key = "shapes.receiver_typed_value", retry = "2 attempts, no delay")]
    async fn run(self: Self) -> Result<u32, Fail> {
        self.script.play().await?;
        Ok(self.left)
    }

    #[resilient(key = "shapes.receiver_typed_mut_value", retry = "2 attempts, no delay")]
    async fn step(mut self: Self) -> Result<u32, Fail> {
        self.left -= 1;
        self.script.play().await?;
        Ok(self.left)
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_a_receiver_of_its_own() {
    let job = |script: &Arc<Script>| Job { script: script.clone(), left: 7 };
    let script = Arc::new(once_busy());
    assert_eq!(send(job(&script).run()).await.unwrap(), 7);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    assert_eq!(send(job(&script).step()).await.unwrap(), 6);
    assert_eq!(script.runs(), 2);
}
