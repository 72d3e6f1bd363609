//! `executor`, `hedge`, `idempotent` and `fallback` on methods under `#[async_trait]`.

use super::{HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};

#[async_trait]
trait Store {
    async fn executed(&self, text: String) -> Result<String, Fail>;
    async fn hedged(&self, text: String) -> Result<String, Fail>;
    async fn idempotent(&self, text: &str) -> Result<String, Fail>;
    async fn falls_back(&self, text: String, pair: (u32, u32)) -> Result<String, Fail>;
    async fn falls_back_mut(&mut self, text: String) -> Result<String, Fail>;
}

struct Table {
    script: Script,
    executor: Executor,
    seen: u32,
}

fn table(script: Script) -> Table {
    Table { script, executor: Executor::new(), seen: 0 }
}

#[allow(clippy::unused_async, reason = "a fallback is async")]
impl Table {
    async fn instead(&self, text: String, pair: (u32, u32), error: Fail) -> Result<String, Fail> {
        Ok(format!("{text} {} {error}{}", pair.1, self.seen))
    }

    async fn instead_mut(&mut self, text: String, error: Fail) -> Result<String, Fail> {
        self.seen += 10;
        Ok(format!("{text} {error}"))
    }
}

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.dyn_executor.{text}", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(&self, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.dyn_hedge", executor = self.executor, hedge = "20ms, at most 1, budget none")]
    async fn hedged(&self, mut text: String) -> Result<String, Fail> {
        text.push('!');
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.dyn_idempotent", policy = HEDGED, idempotent)]
    async fn idempotent(&self, text: &str) -> Result<String, Fail> {
        self.script.play().await.map(|_| text.to_owned())
    }

    #[resilient(key = "shapes.dyn_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn falls_back(&self, text: String, (a, _): (u32, u32)) -> Result<String, Fail> {
        self.script.play().await.map(|value| format!("{text}{a}{value}"))
    }

    #[resilient(key = "shapes.dyn_fallback_mut", retry = "2 attempts, no delay", fallback = Self::instead_mut)]
    async fn falls_back_mut(&mut self, text: String) -> Result<String, Fail> {
        self.seen += 1;
        self.script.play().await.map(|_| text)
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let one = table(once_busy());
    assert_eq!(send(one.executed("t".into())).await.unwrap(), "t");
    assert_eq!(one.script.runs(), 2);
    let two = table(slow_once());
    assert_eq!(send(two.hedged("t".into())).await.unwrap(), "t!");
    assert_eq!((two.script.runs(), two.script.live()), (2, 0));
    let three = table(slow_once());
    assert_eq!(send(three.idempotent("t")).await.unwrap(), "t");
    assert_eq!((three.script.runs(), three.script.live()), (2, 0));
    let mut four = table(Script::new([busy()]));
    assert_eq!(send(four.falls_back("t".into(), (1, 2))).await.unwrap(), "t 2 busy0");
    assert_eq!(four.script.runs(), 2);
    assert_eq!(send(four.falls_back_mut("t".into())).await.unwrap(), "t busy");
    assert_eq!((four.script.runs(), four.seen), (4, 12));
}
