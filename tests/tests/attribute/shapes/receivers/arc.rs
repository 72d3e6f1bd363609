//! `self: Arc<Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

struct Service {
    script: Script,
    name: &'static str,
}

impl Service {
    #[resilient(key = "shapes.receiver_arc", retry = "2 attempts, no delay")]
    async fn get(self: Arc<Self>, suffix: String) -> Result<String, Fail> {
        let copy = self.clone();
        drop(self);
        copy.script.play().await?;
        Ok(suffix + copy.name)
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_gets_an_arc_of_its_own() {
    let service = Arc::new(Service { script: once_busy(), name: "s" });
    assert_eq!(send(service.clone().get("x".into())).await.unwrap(), "xs");
    assert_eq!((service.script.runs(), Arc::strong_count(&service)), (2, 1));
}
