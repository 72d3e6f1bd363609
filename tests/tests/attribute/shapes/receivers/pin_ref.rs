//! `self: Pin<&Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::{Pin, pin};

struct Service {
    script: Script,
    name: String,
}

impl Service {
    #[resilient(key = "shapes.receiver_pin_ref", retry = "2 attempts, no delay")]
    async fn name(self: Pin<&Self>) -> Result<String, Fail> {
        let this = self.get_ref();
        this.script.play().await?;
        Ok(this.name.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn the_pin_is_copied_to_both_attempts() {
    let service = pin!(Service { script: once_busy(), name: "s".into() });
    assert_eq!(send(service.as_ref().name()).await.unwrap(), "s");
    assert_eq!(service.script.runs(), 2);
}
