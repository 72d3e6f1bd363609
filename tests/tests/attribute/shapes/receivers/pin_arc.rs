//! `self: Pin<Arc<Self>>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::Pin;
use std::sync::Arc;

struct Service {
    script: Script,
}

impl Service {
    #[resilient(key = "shapes.receiver_pin_arc", retry = "2 attempts, no delay")]
    async fn get(self: Pin<Arc<Self>>) -> Result<u32, Fail> {
        self.script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_a_pin_of_its_own() {
    let service = Arc::pin(Service { script: once_busy() });
    assert_eq!(send(service.clone().get()).await.unwrap(), 1);
    assert_eq!(service.script.runs(), 2);
}
