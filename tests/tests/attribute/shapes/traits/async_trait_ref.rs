//! `#[async_trait]`: `&self`.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[async_trait]
trait Store: Send + Sync {
    async fn load(&self, id: u32, name: String, (a, b): (u32, u32), note: &str) -> Result<String, Fail>;
}

struct Table(Script);

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_ref", retry = "2 attempts, no delay")]
    async fn load(&self, id: u32, mut name: String, (a, mut b): (u32, u32), note: &str) -> Result<String, Fail> {
        name.push('!');
        b += a;
        let value = self.0.play().await?;
        Ok(format!("{id}{name}{b}{note}{value}"))
    }
}

#[tokio::test(start_paused = true)]
async fn a_shared_receiver_is_seen_by_both_attempts() {
    let table = Table(once_busy());
    let store: &dyn Store = &table;
    assert_eq!(send(store.load(7, "n".into(), (1, 2), "x")).await.unwrap(), "7n!3x1");
    assert_eq!(table.0.runs(), 2);
}
