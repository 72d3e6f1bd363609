//! `executor`, `fallback` and a key with `self` in it, on methods with `&mut self` and with `self: Pin<&mut Self>`.

#![allow(clippy::unused_async, reason = "a fallback is async")]

use crate::shapes::{once_busy, send};
use recourse::observe::capture;
use recourse::{Executor, resilient};
use recourse_tests::{Fail, Script, busy};
use std::pin::Pin;

struct Counter {
    script: Script,
    executor: Executor,
    region: String,
    seen: Vec<u32>,
}

fn counter(script: Script) -> Counter {
    Counter { script, executor: Executor::new(), region: "eu".into(), seen: vec![] }
}

impl Counter {
    #[resilient(key = "shapes.mut_executor.{self.region}", executor = self.executor, retry = "2 attempts, no delay")]
    async fn executed(&mut self, n: u32) -> Result<u32, Fail> {
        self.region.push('x');
        self.seen.push(n);
        self.script.play().await
    }

    #[resilient(key = "shapes.mut_fallback", retry = "2 attempts, no delay", fallback = Self::instead)]
    async fn falls_back(&mut self, n: u32, text: String) -> Result<String, Fail> {
        let me = self;
        me.seen.push(n);
        me.script.play().await.map(|_| text)
    }

    async fn instead(&mut self, n: u32, text: String, error: Fail) -> Result<String, Fail> {
        self.seen.push(n + 1);
        Ok(format!("{text} {error}"))
    }

    #[resilient(
        key = "shapes.pin_fallback",
        executor = self.executor,
        retry = "2 attempts, no delay",
        fallback = Self::pinned_instead
    )]
    async fn pinned(mut self: Pin<&mut Self>, n: u32) -> Result<u32, Fail> {
        self.as_mut().get_mut().seen.push(n);
        self.script.play().await
    }

    async fn pinned_instead(self: Pin<&mut Self>, n: u32, _: Fail) -> Result<u32, Fail> {
        self.get_mut().seen.push(n + 1);
        Ok(n)
    }
}

#[tokio::test(start_paused = true)]
async fn each_option_works() {
    let mut one = counter(once_busy());
    let (result, timelines) = capture(send(one.executed(7))).await;
    assert_eq!((result.unwrap(), timelines[0].key().as_str()), (1, "shapes.mut_executor.eu"));
    assert_eq!((one.script.runs(), one.seen), (2, vec![7, 7]));
    let mut two = counter(Script::new([busy()]));
    assert_eq!(send(two.falls_back(7, "t".into())).await.unwrap(), "t busy");
    assert_eq!((two.script.runs(), two.seen), (2, vec![7, 7, 8]));
    let mut three = counter(Script::new([busy()]));
    assert_eq!(send(Pin::new(&mut three).pinned(7)).await.unwrap(), 7);
    assert_eq!((three.script.runs(), three.seen), (2, vec![7, 7, 8]));
}
