//! `mut self: &Self`: the body changes what it refers to.

#![allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Node {
    next: Option<Box<Self>>,
}

impl Node {
    #[resilient(key = "shapes.receiver_mut_typed_ref", retry = "2 attempts, no delay")]
    async fn length(mut self: &Self, script: &Script) -> Result<u32, Fail> {
        let mut length = 1;
        while let Some(next) = &self.next {
            self = next;
            length += 1;
        }
        script.play().await.map(|_| length)
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_starts_at_the_receiver() {
    let script = once_busy();
    let node = Node { next: Some(Box::new(Node { next: None })) };
    assert_eq!(send(node.length(&script)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
}
