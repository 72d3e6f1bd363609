//! The same in methods whose `self` is lent.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Counter(Arc<Script>, u32);

impl Counter {
    #[resilient(key = "shapes.unused_mut_self", retry = "2 attempts, no delay")]
    async fn lent(&mut self, #[expect(unused_variables)] owned: String) -> Result<u32, Fail> {
        #[expect(unused_variables)]
        let local = &mut self.1;
        #[expect(unused_mut)]
        let mut changed = 1;
        self.0.play().await.map(|value| value + changed)
    }
}

#[tokio::test(start_paused = true)]
async fn each_is_expected_and_found() {
    let counter = |script: &Arc<Script>| Counter(script.clone(), 0);
    let script = Arc::new(once_busy());
    assert_eq!(send(counter(&script).lent(String::new())).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
}
