//! `mut self: &mut Self`: the body changes what it refers to.

#![allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Node {
    seen: u32,
    next: Option<Box<Self>>,
}

impl Node {
    #[resilient(key = "shapes.receiver_mut_typed_mut", retry = "2 attempts, no delay")]
    async fn last(mut self: &mut Self, script: &Script) -> Result<u32, Fail> {
        self.seen += 1;
        while self.next.is_some() {
            self = self.next.as_mut().expect("there is one");
            self.seen += 1;
        }
        script.play().await?;
        Ok(self.seen)
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_starts_at_the_receiver() {
    let script = once_busy();
    let mut node = Node { seen: 0, next: Some(Box::new(Node { seen: 0, next: None })) };
    assert_eq!(send(node.last(&script)).await.unwrap(), 2);
    assert_eq!((script.runs(), node.seen), (2, 2));
}
