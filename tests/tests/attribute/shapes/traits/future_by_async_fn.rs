//! A trait says `-> impl Future + Send`, and the `impl` says `async fn`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;

trait Store {
    fn load(&self, id: u32) -> impl Future<Output = Result<u32, Fail>> + Send;
    fn put(&mut self, row: String) -> impl Future<Output = Result<usize, Fail>> + Send;
}

struct Table(Script, Vec<String>);

impl Store for Table {
    #[resilient(key = "shapes.trait_future_async", retry = "2 attempts, no delay")]
    async fn load(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.0.play().await? + id)
    }

    #[resilient(key = "shapes.trait_future_async_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: String) -> Result<usize, Fail> {
        self.1.push(row);
        self.0.play().await?;
        Ok(self.1.len())
    }
}

fn load_of<S: Store>(store: &S) -> impl Future<Output = Result<u32, Fail>> + Send + use<'_, S> {
    send(store.load(7))
}

#[tokio::test(start_paused = true)]
async fn the_future_is_as_the_trait_says() {
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(load_of(&table).await.unwrap(), 8);
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(send(table.put("r".into())).await.unwrap(), 2);
    assert_eq!(table.0.runs(), 2);
}
