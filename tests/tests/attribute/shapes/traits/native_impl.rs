//! Methods of a native async trait, guarded in the `impl`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

trait Store {
    async fn load(&self, id: u32) -> Result<u32, Fail>;
    async fn put(&mut self, row: String) -> Result<usize, Fail>;
    async fn ping(script: &Script) -> Result<u32, Fail>;
}

struct Table {
    script: Script,
    rows: Vec<String>,
}

impl Store for Table {
    #[resilient(key = "shapes.native_load", retry = "2 attempts, no delay")]
    async fn load(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.script.play().await? + id)
    }

    #[resilient(key = "shapes.native_put", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: String) -> Result<usize, Fail> {
        self.rows.push(row);
        self.script.play().await?;
        Ok(self.rows.len())
    }

    #[resilient(key = "shapes.native_ping", retry = "2 attempts, no delay")]
    async fn ping(script: &Script) -> Result<u32, Fail> {
        script.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn methods_of_an_impl_are_guarded() {
    let table = Table { script: once_busy(), rows: vec![] };
    assert_eq!(send(table.load(7)).await.unwrap(), 8);
    assert_eq!(table.script.runs(), 2);
    let mut table = Table { script: once_busy(), rows: vec![] };
    assert_eq!(send(table.put("r".into())).await.unwrap(), 2);
    assert_eq!((table.script.runs(), table.rows), (2, vec!["r".to_owned(), "r".into()]));
    let script = once_busy();
    assert_eq!(send(Table::ping(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
