//! `mut self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Job {
    script: Arc<Script>,
    parts: Vec<u32>,
}

impl Job {
    #[resilient(key = "shapes.receiver_mut_value", retry = "2 attempts, no delay")]
    async fn run(mut self) -> Result<Vec<u32>, Fail> {
        let value = self.script.play().await;
        self.parts.push(3);
        value.map(|_| self.parts)
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_sees_no_change_of_the_first() {
    let script = Arc::new(once_busy());
    let job = Job { script: script.clone(), parts: vec![1] };
    assert_eq!(send(job.run()).await.unwrap(), [1, 3]);
    assert_eq!(script.runs(), 2);
}
