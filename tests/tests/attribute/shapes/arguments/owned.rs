//! Owned arguments: each attempt gets a clone of its own.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[resilient(key = "shapes.owned", retry = "2 attempts, no delay")]
async fn owned(script: Arc<Script>, text: String, values: Vec<u32>, id: u32) -> Result<(String, usize), Fail> {
    let longer = text + "!";
    let mut all = values;
    all.push(id);
    script.play().await?;
    Ok((longer, all.len()))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_consumes_clones() {
    let script = Arc::new(once_busy());
    assert_eq!(send(owned(script.clone(), "a".into(), vec![1, 2], 3)).await.unwrap(), ("a!".into(), 3));
    assert_eq!((script.runs(), Arc::strong_count(&script)), (2, 1));
}
