//! `#[async_trait]`: `self: Arc<Self>`, `self`, and `self: Box<Self>`.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[async_trait]
trait Job {
    async fn shared(self: Arc<Self>) -> Result<usize, Fail>;
    async fn owned(self) -> Result<u32, Fail>;
    async fn boxed(self: Box<Self>) -> Result<u32, Fail>;
}

#[derive(Clone)]
struct Work {
    script: Arc<Script>,
    parts: Vec<u32>,
}

#[async_trait]
impl Job for Work {
    #[resilient(key = "shapes.async_trait_arc", retry = "2 attempts, no delay")]
    async fn shared(self: Arc<Self>) -> Result<usize, Fail> {
        self.script.play().await?;
        Ok(self.parts.len())
    }

    #[resilient(key = "shapes.async_trait_self", retry = "2 attempts, no delay")]
    async fn owned(mut self) -> Result<u32, Fail> {
        self.parts.push(5);
        self.script.play().await?;
        Ok(self.parts.into_iter().sum())
    }

    #[resilient(key = "shapes.async_trait_box", retry = "2 attempts, no delay")]
    async fn boxed(self: Box<Self>) -> Result<u32, Fail> {
        let Self { script, parts } = *self;
        script.play().await?;
        Ok(parts.into_iter().sum())
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_a_receiver_of_its_own() {
    let work = |script: &Arc<Script>| Work { script: script.clone(), parts: vec![1, 2] };
    let script = Arc::new(once_busy());
    assert_eq!(send(Arc::new(work(&script)).shared()).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    assert_eq!(send(work(&script).owned()).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    let job: Box<dyn Job> = Box::new(work(&script));
    assert_eq!(send(job.boxed()).await.unwrap(), 3);
    assert_eq!(script.runs(), 2);
}
