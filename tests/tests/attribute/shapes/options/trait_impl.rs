//! `executor`, `hedge`, `idempotent` and `fallback` on methods of a native trait.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};

trait Store {
    async fn executed(&self, text: String) -> Result<String, Fail>;
    async fn hedged(&self, text: String) -> Result<String, Fail>;
    async fn idempotent(&self, text: String) -> Result<String, Fail>;
    async fn falls_back(&mut self, text: String) -> Result<String, Fail>;
    async fn instead(&mut self, text: String, error: Fail) -> Result<String, Fail>;
}

struct Table {
    script: Script,
    executor: Executor,
    seen: u32,
}

fn table(script: Script) -> Table {
    Table { script, executor: Executor::new(), seen: 0 }
}

impl Store for Table {
    #[resilient(key = "shapes.trait_executor", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(&self, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.trait_hedge", hedge = "20ms, at most 1, budget none")]
    async fn hedged(&self, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.trait_idempotent", policy = HEDGED, idempotent)]
    async fn idempotent(&self, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.trait_fallback", retry = "2 attempts, no delay", fallback = <Self as Store>::instead)]
    async fn falls_back(&mut self, text: String) -> Result<String, Fail> {
        self.seen += 1;
        self.script.play().await.map(|_| text)
    }

    async fn instead(&mut self, text: String, error: Fail) -> Result<String, Fail> {
        self.seen += 10;
        Ok(format!("{text} {error}"))
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let one = table(once_busy());
    assert_eq!(send(one.executed("t".into())).await.unwrap(), "t");
    assert_eq!(one.script.runs(), 2);
    let two = table(slow_once());
    assert_eq!(send(two.hedged("t".into())).await.unwrap(), "t");
    assert_eq!((two.script.runs(), two.script.live()), (2, 0));
    let three = table(slow_once());
    assert_eq!(send(three.idempotent("t".into())).await.unwrap(), "t");
    assert_eq!((three.script.runs(), three.script.live()), (2, 0));
    let mut four = table(Script::new([busy()]));
    assert_eq!(send(four.falls_back("t".into())).await.unwrap(), "t busy");
    assert_eq!((four.script.runs(), four.seen), (2, 12));
}
