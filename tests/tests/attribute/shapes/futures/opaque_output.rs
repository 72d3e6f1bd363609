//! `-> impl Future<Output = Result<impl Iterator, E>>`, an alias as the output, and receivers by value.

#![allow(clippy::manual_async_fn, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;
use std::sync::Arc;

type Answer<T> = Result<T, Fail>;

#[resilient(key = "shapes.future_opaque", retry = "2 attempts, no delay")]
fn numbers(script: Arc<Script>) -> impl Future<Output = Result<impl Iterator<Item = u32> + Send, Fail>> + Send {
    async move {
        let value = script.play().await?;
        Ok(0..value + 2)
    }
}

#[derive(Clone)]
struct Job(Arc<Script>, Vec<u32>);

impl Job {
    #[resilient(key = "shapes.future_value", retry = "2 attempts, no delay")]
    fn run(mut self) -> impl Future<Output = Answer<Vec<u32>>> + Send {
        self.1.push(1);
        async move { self.0.play().await.map(|_| self.1) }
    }

    #[resilient(key = "shapes.future_arc", retry = "2 attempts, no delay")]
    fn shared(self: Arc<Self>) -> impl Future<Output = Answer<u32>> + Send {
        async move { self.0.play().await }
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_makes_a_future_of_its_own() {
    let script = Arc::new(once_busy());
    assert_eq!(send(numbers(script.clone())).await.unwrap().sum::<u32>(), 3);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    assert_eq!(send(Job(script.clone(), vec![]).run()).await.unwrap(), [1]);
    assert_eq!(script.runs(), 2);
    let script = Arc::new(once_busy());
    assert_eq!(send(Arc::new(Job(script.clone(), vec![])).shared()).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
