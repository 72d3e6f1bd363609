//! A trait says `-> impl Future + Send`, and so does the `impl`; and a default body that is one.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::future::Future;

trait Store: Sync {
    fn load(&self, id: u32) -> impl Future<Output = Result<u32, Fail>> + Send;
    fn put(&mut self, row: String) -> impl Future<Output = Result<usize, Fail>> + Send;
    fn script(&self) -> &Script;

    #[resilient(key = "shapes.trait_future_default", retry = "2 attempts, no delay")]
    fn ping(&self, text: String) -> impl Future<Output = Result<String, Fail>> + Send {
        async move {
            let text = text + "!";
            self.script().play().await?;
            Ok(text)
        }
    }
}

struct Table(Script, Vec<String>);

impl Store for Table {
    #[resilient(key = "shapes.trait_future", retry = "2 attempts, no delay")]
    #[allow(clippy::manual_async_fn, reason = "it is the shape")]
    fn load(&self, id: u32) -> impl Future<Output = Result<u32, Fail>> + Send {
        async move { Ok(self.0.play().await? + id) }
    }

    #[resilient(key = "shapes.trait_future_mut", retry = "2 attempts, no delay")]
    fn put(&mut self, row: String) -> impl Future<Output = Result<usize, Fail>> + Send {
        self.1.push(row);
        async move {
            self.0.play().await?;
            Ok(self.1.len())
        }
    }

    fn script(&self) -> &Script {
        &self.0
    }
}

#[tokio::test(start_paused = true)]
async fn the_future_is_as_the_trait_says() {
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(send(table.load(7)).await.unwrap(), 8);
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(send(table.put("r".into())).await.unwrap(), 2);
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(send(table.ping("p".into())).await.unwrap(), "p!");
    assert_eq!(table.0.runs(), 2);
}
