//! `#[instrument]` above: a span for each attempt.

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[instrument(skip(script), fields(len = text.len()))]
#[resilient(key = "shapes.instrument_above", retry = "2 attempts, no delay")]
async fn free(script: &Script, text: String) -> Result<String, Fail> {
    script.play().await?;
    Ok(text)
}

struct Counter(Script, u32);

impl Counter {
    #[instrument(skip(self))]
    #[resilient(key = "shapes.instrument_above_mut", retry = "2 attempts, no delay")]
    async fn add(&mut self, n: u32) -> Result<u32, Fail> {
        self.1 += n;
        self.0.play().await
    }

    #[tracing::instrument(skip(self), err)]
    #[resilient(key = "shapes.instrument_above_ref", retry = "2 attempts, no delay")]
    async fn get(&self) -> Result<u32, Fail> {
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_span() {
    let spans = Spans::watch();
    let script = once_busy();
    assert_eq!(send(free(&script, "t".into())).await.unwrap(), "t");
    assert_eq!((script.runs(), spans.take()), (2, vec!["free"; 2]));
    let mut counter = Counter(once_busy(), 0);
    assert_eq!(send(counter.add(7)).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1, spans.take()), (2, 14, vec!["add"; 2]));
    let counter = Counter(once_busy(), 0);
    assert_eq!(send(counter.get()).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), spans.take()), (2, vec!["get"; 2]));
}
