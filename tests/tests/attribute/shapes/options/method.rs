//! `executor`, `hedge`, `idempotent` and `fallback` on a method with `&self`.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};

struct Service {
    script: Script,
    executor: Executor,
    name: String,
}

impl Service {
    const fn new(script: Script, executor: Executor) -> Self {
        Self { script, executor, name: String::new() }
    }

    #[resilient(key = "shapes.method_executor", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(&self, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.method_hedge", executor = &self.executor, hedge = "20ms, at most 1, budget none")]
    async fn hedged(&self) -> Result<&str, Fail> {
        self.script.play().await.map(|_| self.name.as_str())
    }

    #[resilient(key = "shapes.method_idempotent", policy = HEDGED, idempotent)]
    async fn idempotent(&self, mut text: String) -> Result<String, Fail> {
        text.push('!');
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.method_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn falls_back(&self, text: String, (a, _): (u32, u32)) -> Result<String, Fail> {
        self.script.play().await.map(|_| format!("{text}{a}"))
    }

    async fn instead(&self, text: String, pair: (u32, u32), error: Fail) -> Result<String, Fail> {
        Ok(format!("{text} {} {error}{}", pair.1, self.name))
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let service = Service::new(once_busy(), Executor::new());
    assert_eq!(send(service.executed("t".into())).await.unwrap(), "t");
    assert_eq!(service.script.runs(), 2);
    let service = Service::new(slow_once(), Executor::new());
    assert_eq!(send(service.hedged()).await.unwrap(), "");
    assert_eq!((service.script.runs(), service.script.live()), (2, 0));
    let service = Service::new(slow_once(), Executor::new());
    assert_eq!(send(service.idempotent("t".into())).await.unwrap(), "t!");
    assert_eq!((service.script.runs(), service.script.live()), (2, 0));
    let service = Service::new(Script::new([busy()]), Executor::new());
    assert_eq!(send(service.falls_back("t".into(), (1, 2))).await.unwrap(), "t 2 busy");
    assert_eq!(service.script.runs(), 2);
}
