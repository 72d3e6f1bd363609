//! `let me = self;`, `Guard(self)`, `match self`, and `self` as an argument.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Counter {
    script: Script,
    seen: Vec<u32>,
}

struct Guard<'a>(&'a mut Counter);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.seen.push(9);
    }
}

fn push(counter: &mut Counter, n: u32) -> &Script {
    counter.seen.push(n);
    &counter.script
}

impl Counter {
    #[resilient(key = "shapes.lent_name", retry = "2 attempts, no delay")]
    async fn name(&mut self) -> Result<u32, Fail> {
        let me = self;
        me.seen.push(1);
        me.script.play().await
    }

    #[resilient(key = "shapes.lent_guard", retry = "2 attempts, no delay")]
    async fn guard(&mut self) -> Result<u32, Fail> {
        let guard = Guard(self);
        guard.0.seen.push(1);
        guard.0.script.play().await
    }

    #[resilient(key = "shapes.lent_match", retry = "2 attempts, no delay")]
    async fn matched(&mut self) -> Result<u32, Fail> {
        match self {
            Self { script, seen } => {
                seen.push(1);
                script.play().await
            }
        }
    }

    #[resilient(key = "shapes.lent_argument", retry = "2 attempts, no delay")]
    async fn argument(&mut self) -> Result<u32, Fail> {
        push(self, 1).play().await?;
        let Self { seen, .. } = &mut *self;
        seen.push(2);
        Ok(push(self, 3).runs().try_into().expect("few"))
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_may_give_it_away() {
    let counter = || Counter { script: once_busy(), seen: vec![] };
    let mut c = counter();
    assert_eq!(send(c.name()).await.unwrap(), 1);
    assert_eq!((c.script.runs(), c.seen), (2, vec![1, 1]));
    let mut c = counter();
    assert_eq!(send(c.guard()).await.unwrap(), 1);
    assert_eq!((c.script.runs(), c.seen), (2, vec![1, 9, 1, 9]));
    let mut c = counter();
    assert_eq!(send(c.matched()).await.unwrap(), 1);
    assert_eq!((c.script.runs(), c.seen), (2, vec![1, 1]));
    let mut c = counter();
    assert_eq!(send(c.argument()).await.unwrap(), 2);
    assert_eq!((c.script.runs(), c.seen), (2, vec![1, 1, 2, 3]));
}
