//! `#[async_trait]`: `self: &Arc<Self>`, `self: Pin<&mut Self>`, and `self: Rc<Self>`.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::pin::{Pin, pin};
use std::sync::Arc;

#[async_trait]
trait Store {
    async fn shared(self: &Arc<Self>) -> Result<usize, Fail>;
    async fn pinned(mut self: Pin<&mut Self>, n: u32) -> Result<u32, Fail>;
}

struct Table(Script, u32);

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_arc_ref", retry = "2 attempts, no delay")]
    async fn shared(self: &Arc<Self>) -> Result<usize, Fail> {
        self.0.play().await?;
        Ok(Arc::strong_count(self))
    }

    #[resilient(key = "shapes.async_trait_pin_mut", retry = "2 attempts, no delay")]
    async fn pinned(mut self: Pin<&mut Self>, n: u32) -> Result<u32, Fail> {
        self.as_mut().get_mut().1 += n;
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn receivers_are_lent_or_shared() {
    let table = Arc::new(Table(once_busy(), 0));
    assert_eq!(send(table.shared()).await.unwrap(), 1);
    assert_eq!(table.0.runs(), 2);
    let mut table = pin!(Table(once_busy(), 0));
    assert_eq!(send(table.as_mut().pinned(7)).await.unwrap(), 1);
    assert_eq!((table.0.runs(), table.1), (2, 14));
}
