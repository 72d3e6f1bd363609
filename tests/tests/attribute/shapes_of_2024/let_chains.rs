//! `if let .. && ..`, also with `self` in it.

use crate::shapes_of_2024::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter(Script, Vec<u32>);

impl Counter {
    #[resilient(key = "shapes.let_chains", retry = "2 attempts, no delay")]
    async fn last(&mut self, least: u32) -> Result<u32, Fail> {
        if let Some(last) = self.1.last_mut()
            && *last >= least
            && let Ok(value) = self.0.play().await
        {
            *last += value;
            return Ok(*last);
        }
        Err(Fail::Busy(None))
    }
}

#[tokio::test(start_paused = true)]
async fn a_chain_may_be_the_body() {
    let mut counter = Counter(once_busy(), vec![7]);
    assert_eq!(counter.last(7).await.unwrap(), 8);
    assert_eq!((counter.0.runs(), counter.1), (2, vec![8]));
}
