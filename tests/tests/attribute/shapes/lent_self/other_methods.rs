//! Calls of other methods of `self`, guarded ones too, and results that are borrowed for a moment.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

impl Counter {
    fn last(&mut self) -> &mut u32 {
        self.seen.last_mut().expect("there is one")
    }

    #[resilient(key = "shapes.lent_inner", timeout = "1s")]
    async fn play(&mut self, n: u32) -> Result<u32, Fail> {
        self.seen.push(n);
        self.script.play().await
    }

    #[resilient(key = "shapes.lent_outer", retry = "2 attempts, no delay")]
    async fn add(&mut self, n: u32) -> Result<u32, Fail> {
        let value = self.play(n).await?;
        *self.last() += value;
        Self::play(self, n).await
    }
}

#[tokio::test(start_paused = true)]
async fn methods_are_called_on_it() {
    let mut counter = Counter { script: once_busy(), seen: vec![] };
    assert_eq!(send(counter.add(7)).await.unwrap(), 1);
    assert_eq!((counter.script.runs(), counter.seen), (3, vec![7, 8, 7]), "the second attempt calls twice");
}
