//! A future that is spawned onto a runtime of many threads, from a caller that borrows.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

struct Counter(Script, u32);

impl Counter {
    #[resilient(key = "shapes.spawned_mut", retry = "2 attempts, no delay")]
    async fn add(&mut self, text: &str, show: &(dyn Fn(u32) -> String + Sync)) -> Result<String, Fail> {
        self.1 += 1;
        tokio::task::yield_now().await;
        let value = self.0.play().await?;
        Ok(format!("{text}{}", show(value)))
    }
}

#[resilient(key = "shapes.spawned", retry = "2 attempts, no delay")]
async fn shared(script: &Script, parts: &[&str]) -> Result<String, Fail> {
    tokio::task::yield_now().await;
    script.play().await.map(|value| format!("{}{value}", parts.join("")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_may_move_between_threads() {
    let script = Arc::new(once_busy());
    let theirs = script.clone();
    let task = tokio::spawn(async move {
        let text = String::from("a");
        let shared = shared(&theirs, &[&text, "b"]).await?;
        let mut counter = Counter(once_busy(), 0);
        let added = counter.add(&text, &|n| n.to_string()).await?;
        Ok::<_, Fail>((shared, added, counter.1))
    });
    assert_eq!(task.await.unwrap().unwrap(), ("ab1".into(), "a1".into(), 2));
    assert_eq!(script.runs(), 2);
}
