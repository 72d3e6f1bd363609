//! `executor`, `hedge`, `idempotent` and `fallback` on methods with `self` by value.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};
use std::sync::Arc;

#[derive(Clone)]
struct Job {
    script: Arc<Script>,
    executor: Arc<Executor>,
    parts: Vec<u32>,
}

impl Job {
    fn new(script: &Arc<Script>) -> Self {
        Self { script: script.clone(), executor: Arc::default(), parts: vec![1] }
    }

    #[resilient(key = "shapes.value_executor", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(mut self) -> Result<Vec<u32>, Fail> {
        self.parts.push(2);
        self.script.play().await.map(|_| self.parts)
    }

    #[resilient(key = "shapes.value_hedge", hedge = "20ms, at most 1, budget none")]
    async fn hedged(mut self, n: u32) -> Result<Vec<u32>, Fail> {
        self.parts.push(n);
        self.script.play().await.map(|_| self.parts)
    }

    #[resilient(key = "shapes.value_idempotent", policy = HEDGED, idempotent)]
    async fn idempotent(self) -> Result<Vec<u32>, Fail> {
        let parts = self.parts;
        self.script.play().await.map(|_| parts)
    }

    #[resilient(key = "shapes.value_fallback", executor = self.executor, retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn falls_back(mut self, text: String) -> Result<String, Fail> {
        self.parts.push(2);
        self.script.play().await.map(|_| text)
    }

    async fn instead(self, text: String, error: Fail) -> Result<String, Fail> {
        Ok(format!("{text} {error} {:?}", self.parts))
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let script = Arc::new(once_busy());
    assert_eq!(send(Job::new(&script).executed()).await.unwrap(), [1, 2]);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(slow_once());
    assert_eq!(send(Job::new(&script).hedged(3)).await.unwrap(), [1, 3]);
    assert_eq!((script.runs(), script.live()), (2, 0));
    let script = Arc::new(slow_once());
    assert_eq!(send(Job::new(&script).idempotent()).await.unwrap(), [1]);
    assert_eq!((script.runs(), script.live()), (2, 0));
    let script = Arc::new(Script::new([busy()]));
    assert_eq!(send(Job::new(&script).falls_back("t".into())).await.unwrap(), "t busy [1]");
    assert_eq!((script.runs(), Arc::strong_count(&script)), (2, 1));
}
