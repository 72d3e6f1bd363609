//! `mut self: Arc<Self>`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::Arc;

#[derive(Clone)]
struct Service {
    script: Arc<Script>,
    name: String,
}

impl Service {
    #[resilient(key = "shapes.receiver_mut_arc", retry = "2 attempts, no delay")]
    async fn renamed(mut self: Arc<Self>) -> Result<String, Fail> {
        Arc::make_mut(&mut self).name.push('x');
        self.script.play().await?;
        Ok(self.name.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn the_second_attempt_sees_no_change_of_the_first() {
    let script = Arc::new(once_busy());
    let service = Arc::new(Service { script: script.clone(), name: "s".into() });
    assert_eq!(send(service.clone().renamed()).await.unwrap(), "sx");
    assert_eq!((script.runs(), service.name.as_str()), (2, "s"));
}
