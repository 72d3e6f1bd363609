//! `self`.

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
    #[resilient(key = "shapes.receiver_by_value", retry = "2 attempts, no delay")]
    async fn run(self) -> Result<Vec<u32>, Fail> {
        let parts = self.parts;
        self.script.play().await?;
        Ok(parts)
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_consumes_a_receiver_of_its_own() {
    let script = Arc::new(once_busy());
    let job = Job { script: script.clone(), parts: vec![1, 2] };
    assert_eq!(send(job.run()).await.unwrap(), [1, 2]);
    assert_eq!((script.runs(), Arc::strong_count(&script)), (2, 1));
}
