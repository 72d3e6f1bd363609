//! `#[instrument]` above and below writes down the arguments, under their names.

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[derive(Debug)]
struct Service(Script);

impl Service {
    #[instrument]
    #[resilient(key = "shapes.fields_above", retry = "2 attempts, no delay")]
    async fn above(&self, text: &str, (a, b): (u32, u32)) -> Result<String, Fail> {
        self.0.play().await.map(|_| format!("{text}{a}{b}"))
    }

    #[resilient(key = "shapes.fields_below", retry = "2 attempts, no delay")]
    #[instrument]
    async fn below(&self, mut text: String) -> Result<String, Fail> {
        text.push('!');
        self.0.play().await.map(|_| text)
    }
}

#[tokio::test(start_paused = true)]
async fn they_keep_their_names() {
    let spans = Spans::watch();
    let service = Service(once_busy());
    assert_eq!(send(service.above("t", (1, 2))).await.unwrap(), "t12");
    assert_eq!((service.0.runs(), spans.fields()), (2, ["self", "text", "a", "b"].repeat(2)));
    let service = Service(once_busy());
    assert_eq!(send(service.below("t".into())).await.unwrap(), "t!");
    assert_eq!((service.0.runs(), spans.fields()), (2, vec!["self", "text"]));
}
