//! Closures that use `self`: borrowing, moving, and async.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.lent_closures", retry = "2 attempts, no delay")]
    async fn add(&mut self, n: u32) -> Result<u32, Fail> {
        let mut push = |n| self.seen.push(n);
        push(n);
        push(n + 1);
        let last = || self.seen.last().copied();
        assert_eq!(last(), Some(n + 1));
        (0..2).for_each(|n| self.seen.push(n));
        let mut play = async |n: u32| {
            self.seen.push(n);
            self.script.play().await
        };
        play(5).await?;
        let sum = move || self.seen.iter().sum();
        Ok(sum())
    }
}

#[tokio::test(start_paused = true)]
async fn closures_see_it() {
    let mut counter = Counter { script: once_busy(), seen: vec![] };
    assert_eq!(counter.add(7).await.unwrap(), 42);
    assert_eq!((counter.script.runs(), counter.seen.len()), (2, 10));
}
