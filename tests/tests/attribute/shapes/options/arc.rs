//! `executor`, `hedge`, `idempotent` and `fallback` on methods with `self: Arc<Self>`.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use super::{HEDGED, slow_once};
use crate::shapes::{once_busy, send};
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};
use std::sync::Arc;

struct Service {
    script: Script,
    executor: Executor,
}

fn service(script: Script) -> Arc<Service> {
    Arc::new(Service { script, executor: Executor::new() })
}

impl Service {
    #[resilient(key = "shapes.arc_executor", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(self: Arc<Self>) -> Result<u32, Fail> {
        self.script.play().await
    }

    #[resilient(key = "shapes.arc_hedge", executor = self.executor, hedge = "20ms, at most 1, budget none")]
    async fn hedged(self: Arc<Self>) -> Result<u32, Fail> {
        self.script.play().await
    }

    #[resilient(key = "shapes.arc_idempotent", policy = HEDGED, idempotent)]
    async fn idempotent(self: Arc<Self>, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    #[resilient(key = "shapes.arc_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn falls_back(self: Arc<Self>, text: String) -> Result<String, Fail> {
        self.script.play().await.map(|_| text)
    }

    async fn instead(self: Arc<Self>, text: String, error: Fail) -> Result<String, Fail> {
        Ok(format!("{text} {error} {}", Arc::strong_count(&self)))
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let one = service(once_busy());
    assert_eq!(send(one.clone().executed()).await.unwrap(), 1);
    assert_eq!(one.script.runs(), 2);
    let two = service(slow_once());
    assert_eq!(send(two.clone().hedged()).await.unwrap(), 1);
    assert_eq!((two.script.runs(), two.script.live()), (2, 0));
    let three = service(slow_once());
    assert_eq!(send(three.clone().idempotent("t".into())).await.unwrap(), "t");
    assert_eq!((three.script.runs(), three.script.live()), (2, 0));
    let four = service(Script::new([busy()]));
    assert_eq!(send(four.clone().falls_back("t".into())).await.unwrap(), "t busy 2");
    assert_eq!((four.script.runs(), Arc::strong_count(&four)), (2, 1));
}
