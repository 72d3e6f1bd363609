//! An error type that borrows, and one that borrows through an elided lifetime.

use crate::shapes::{once_busy, send};
use recourse::{Rejected, resilient};
use recourse_tests::Script;

#[derive(Debug)]
struct Borrowing<'a>(&'a str);

impl From<Rejected> for Borrowing<'_> {
    fn from(_: Rejected) -> Self {
        Self("rejected")
    }
}

impl std::fmt::Display for Borrowing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Borrowing<'_> {}

#[resilient(key = "shapes.borrowing_error", retry = "2 attempts, no delay")]
async fn named<'a>(script: &Script, text: &'a str) -> Result<u32, Borrowing<'a>> {
    script.play().await.map_err(|_| Borrowing(text))
}

struct Service(Script, String);

impl Service {
    #[resilient(key = "shapes.borrowing_error_elided", retry = "2 attempts, no delay")]
    async fn elided(&self) -> Result<u32, Borrowing<'_>> {
        self.0.play().await.map_err(|_| Borrowing(&self.1))
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_may_borrow() {
    let script = once_busy();
    assert_eq!(send(named(&script, "text")).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let service = Service(once_busy(), "text".into());
    assert_eq!(send(service.elided()).await.unwrap(), 1);
    assert_eq!(service.0.runs(), 2);
}
