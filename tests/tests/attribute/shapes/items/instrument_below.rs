//! `#[instrument]` below: a span for each call.

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[resilient(key = "shapes.instrument_below", retry = "2 attempts, no delay")]
#[instrument(skip(script), fields(len = text.len()))]
async fn free(script: &Script, text: String) -> Result<String, Fail> {
    script.play().await?;
    Ok(text)
}

struct Counter(Script, u32);

impl Counter {
    #[resilient(key = "shapes.instrument_below_mut", retry = "2 attempts, no delay")]
    #[instrument(skip(self))]
    async fn add(&mut self, n: u32) -> Result<u32, Fail> {
        self.1 += n;
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_call_has_a_span() {
    let spans = Spans::watch();
    let script = once_busy();
    assert_eq!(send(free(&script, "t".into())).await.unwrap(), "t");
    assert_eq!((script.runs(), spans.take()), (2, vec!["free"]));
    let mut counter = Counter(once_busy(), 0);
    assert_eq!(send(counter.add(7)).await.unwrap(), 1);
    assert_eq!((counter.0.runs(), counter.1, spans.take()), (2, 14, vec!["add"]));
}
