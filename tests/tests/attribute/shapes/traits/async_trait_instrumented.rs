//! `#[async_trait]` with `#[instrument]` above and below: a span for each attempt, or for each call.

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[async_trait]
trait Store {
    async fn each_attempt(&self, id: u32) -> Result<u32, Fail>;
    async fn each_call(&self, id: u32) -> Result<u32, Fail>;
    async fn each_attempt_mut(&mut self, id: u32) -> Result<usize, Fail>;
    async fn each_call_mut(&mut self, id: u32) -> Result<usize, Fail>;
}

struct Table(Script, Vec<u32>);

#[async_trait]
impl Store for Table {
    #[instrument(skip(self))]
    #[resilient(key = "shapes.async_trait_above", retry = "2 attempts, no delay")]
    async fn each_attempt(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.0.play().await? + id)
    }

    #[resilient(key = "shapes.async_trait_below", retry = "2 attempts, no delay")]
    #[instrument(skip(self))]
    async fn each_call(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.0.play().await? + id)
    }

    #[instrument(skip_all)]
    #[resilient(key = "shapes.async_trait_above_mut", retry = "2 attempts, no delay")]
    async fn each_attempt_mut(&mut self, id: u32) -> Result<usize, Fail> {
        self.1.push(id);
        self.0.play().await?;
        Ok(self.1.len())
    }

    #[resilient(key = "shapes.async_trait_below_mut", retry = "2 attempts, no delay")]
    #[instrument(skip_all)]
    async fn each_call_mut(&mut self, id: u32) -> Result<usize, Fail> {
        self.1.push(id);
        self.0.play().await?;
        Ok(self.1.len())
    }
}

#[tokio::test(start_paused = true)]
async fn the_order_of_the_attributes_says_what_a_span_is() {
    let spans = Spans::watch();
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(send(table.each_attempt(7)).await.unwrap(), 8);
    assert_eq!((table.0.runs(), spans.take()), (2, vec!["each_attempt"; 2]));
    table.0 = once_busy();
    assert_eq!(send(table.each_call(7)).await.unwrap(), 8);
    assert_eq!((table.0.runs(), spans.take()), (2, vec!["each_call"]));
    table.0 = once_busy();
    assert_eq!(send(table.each_attempt_mut(7)).await.unwrap(), 2);
    assert_eq!((table.0.runs(), spans.take()), (2, vec!["each_attempt_mut"; 2]));
    table.0 = once_busy();
    assert_eq!(send(table.each_call_mut(7)).await.unwrap(), 4);
    assert_eq!((table.0.runs(), spans.take()), (2, vec!["each_call_mut"]));
}
