//! `#[instrument]` above writes down `self`, under its name.

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[derive(Debug)]
struct Counter {
    script: Script,
    n: u32,
}

impl Counter {
    #[instrument]
    #[resilient(key = "shapes.lent_span_fields", retry = "2 attempts, no delay")]
    async fn span(&mut self, n: u32) -> Result<u32, Fail> {
        self.n += n;
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_called_self() {
    let mut counter = Counter { script: once_busy(), n: 0 };
    let spans = Spans::watch();
    assert_eq!(send(counter.span(7)).await.unwrap(), 1);
    assert_eq!(spans.fields(), ["self", "n", "self", "n"]);
}
