//! `unused_mut` of `mut self`.

// BUG: the expansion makes every `self` by value `mut`, and assigns to it, so one that need not be is not told.

use crate::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Job(Arc<Script>);

impl Job {
    #[resilient(key = "shapes.unused_mut_of_self", retry = "2 attempts, no delay")]
    #[expect(unused_mut)]
    async fn run(mut self) -> Result<u32, Fail> {
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_expected_and_found() {
    let script = Arc::new(once_busy());
    assert_eq!(send(Job(script.clone()).run()).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
