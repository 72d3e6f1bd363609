//! `self: &Arc<Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

struct Service {
    script: Script,
}

impl Service {
    #[resilient(key = "shapes.receiver_arc_ref", retry = "2 attempts, no delay")]
    async fn count(self: &Arc<Self>) -> Result<usize, Fail> {
        self.script.play().await?;
        Ok(Arc::strong_count(self))
    }
}

#[tokio::test(start_paused = true)]
async fn the_arc_is_not_cloned() {
    let service = Arc::new(Service { script: once_busy() });
    assert_eq!(send(service.count()).await.unwrap(), 1);
    assert_eq!(service.script.runs(), 2);
}
