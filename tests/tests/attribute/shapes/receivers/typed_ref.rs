//! `self: &Self`.

#![allow(clippy::needless_arbitrary_self_type, reason = "it is the shape")]

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Service {
    script: Script,
    name: String,
}

impl Service {
    #[resilient(key = "shapes.receiver_typed_ref", retry = "2 attempts, no delay")]
    async fn name(self: &Self) -> Result<&str, Fail> {
        self.script.play().await?;
        Ok(&self.name)
    }
}

#[tokio::test(start_paused = true)]
async fn the_result_borrows_from_the_receiver() {
    let service = Service { script: once_busy(), name: "s".into() };
    let name = send(service.name()).await.unwrap();
    assert!(std::ptr::eq(name, service.name.as_str()));
    assert_eq!(service.script.runs(), 2);
}
