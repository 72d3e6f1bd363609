//! `mut self` and `mut x: T`, of which the body changes one field and returns another (attribute-9).

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Request {
    script: Arc<Script>,
    sent: bool,
    url: String,
}

impl Request {
    fn new(script: &Arc<Script>) -> Self {
        Self { script: script.clone(), sent: false, url: "u".into() }
    }

    #[resilient(key = "shapes.fields_once", timeout = "1s")]
    async fn once(mut self) -> Result<String, Fail> {
        self.sent = true;
        self.script.play().await?;
        Ok(self.url)
    }

    #[resilient(key = "shapes.fields_retried", retry = "2 attempts, no delay")]
    async fn retried(mut self, mut more: Self) -> Result<String, Fail> {
        self.sent = true;
        more.sent = true;
        self.script.play().await?;
        Ok(self.url + &more.url)
    }

    #[resilient(key = "shapes.fields_fallback", timeout = "1s", fallback = Self::instead)]
    async fn replaced(mut self, mut more: Self) -> Result<String, Fail> {
        self.sent = true;
        more.sent = true;
        self.script.play().await?;
        Ok(self.url + &more.url)
    }

    #[allow(clippy::unused_async, reason = "a fallback is async")]
    async fn instead(self, more: Self, _: Fail) -> Result<String, Fail> {
        Ok(format!("{}{}{}", self.url, self.sent, more.sent))
    }
}

#[tokio::test(start_paused = true)]
async fn whole_arguments_are_captured() {
    let script = Arc::new(once_busy());
    assert!(send(Request::new(&script).once()).await.is_err());
    assert_eq!(send(Request::new(&script).once()).await.unwrap(), "u");
    let script = Arc::new(once_busy());
    assert_eq!(send(Request::new(&script).retried(Request::new(&script))).await.unwrap(), "uu");
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    let replaced = Request::new(&script).replaced(Request::new(&script));
    assert_eq!(send(replaced).await.unwrap(), "ufalsefalse");
}
