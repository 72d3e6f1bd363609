//! `async {}` and `async move {}` that use `self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    #[resilient(key = "shapes.lent_async", retry = "2 attempts, no delay")]
    async fn add(&mut self, n: u32) -> Result<u32, Fail> {
        async { self.seen.push(n) }.await;
        let last = async { self.seen.last().copied() }.await;
        assert_eq!(last, Some(n));
        async move {
            self.seen.push(1);
            self.script.play().await
        }
        .await
    }

    #[resilient(key = "shapes.lent_boxed", retry = "2 attempts, no delay")]
    async fn boxed(&mut self) -> Result<u32, Fail> {
        Box::pin(async move {
            let Self { script, seen } = self;
            seen.push(1);
            script.play().await
        })
        .await
    }
}

#[tokio::test(start_paused = true)]
async fn blocks_see_it_and_may_take_it() {
    let mut counter = Counter { script: once_busy(), seen: vec![] };
    assert_eq!(send(counter.add(7)).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen.as_slice()), (2, &[7, 1, 7, 1][..]));
    counter.script = once_busy();
    assert_eq!(send(counter.boxed()).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen.len()), (2, 6));
}
