//! `&'a self`, and `&'a mut self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Service {
    script: Script,
    name: String,
}

impl Service {
    #[resilient(key = "shapes.receiver_lifetime", retry = "2 attempts, no delay")]
    async fn pick<'a>(&'a self, other: &'a str, own: bool) -> Result<&'a str, Fail> {
        self.script.play().await?;
        Ok(if own { &self.name } else { other })
    }

    #[resilient(key = "shapes.receiver_lifetime_mut", retry = "2 attempts, no delay")]
    async fn push<'a, 'b: 'a>(&'a mut self, other: &'b str) -> Result<&'b str, Fail> {
        self.name.push_str(other);
        self.script.play().await?;
        Ok(other)
    }
}

#[tokio::test(start_paused = true)]
async fn the_result_borrows_from_what_the_signature_says() {
    let service = Service { script: once_busy(), name: "s".into() };
    assert!(std::ptr::eq(send(service.pick("other", true)).await.unwrap(), service.name.as_str()));
    assert_eq!(service.script.runs(), 2);
    assert_eq!(send(service.pick("other", false)).await.unwrap(), "other");

    let mut service = Service { script: once_busy(), name: "s".into() };
    assert_eq!(send(service.push("x")).await.unwrap(), "x");
    assert_eq!((service.script.runs(), service.name.as_str()), (2, "sxx"));
}
