//! What a macro makes of the name `self`: `stringify!`, the fields of a span.

// BUG: it is called `__recourse_self`.

use crate::spans::Spans;
use crate::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[derive(Debug)]
struct Counter {
    script: Script,
    n: u32,
}

impl Counter {
    #[resilient(key = "shapes.lent_stringify", retry = "2 attempts, no delay")]
    async fn text(&mut self) -> Result<&'static str, Fail> {
        self.n += 1;
        self.script.play().await?;
        Ok(stringify!(self.n))
    }

    #[resilient(key = "shapes.lent_event_fields", retry = "2 attempts, no delay")]
    async fn event(&mut self) -> Result<u32, Fail> {
        drop(tracing::info_span!("event", self.n, ?self));
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_called_self() {
    let mut counter = Counter { script: once_busy(), n: 0 };
    assert_eq!(send(counter.text()).await.unwrap(), "self.n");
    let spans = Spans::watch();
    counter.script = once_busy();
    assert_eq!(send(counter.event()).await.unwrap(), 1);
    assert_eq!(spans.fields(), ["self.n", "self", "self.n", "self"]);
}
