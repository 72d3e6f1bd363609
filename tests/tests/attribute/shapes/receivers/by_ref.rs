//! `&self`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

struct Service {
    script: Script,
    name: &'static str,
}

impl Service {
    #[resilient(key = "shapes.receiver_by_ref", retry = "2 attempts, no delay")]
    async fn get(&self, id: u32) -> Result<String, Fail> {
        let value = self.script.play().await?;
        Ok(format!("{}{id}{value}", self.name))
    }
}

#[tokio::test(start_paused = true)]
async fn a_shared_receiver_is_seen_by_both_attempts() {
    let service = Service { script: once_busy(), name: "s" };
    assert_eq!(send(service.get(7)).await.unwrap(), "s71");
    assert_eq!(service.script.runs(), 2);
}
