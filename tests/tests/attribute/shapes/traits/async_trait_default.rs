//! `#[async_trait]`: default bodies.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[async_trait]
trait Store {
    fn script(&self) -> &Script;
    fn rows(&mut self) -> &mut Vec<String>;

    #[resilient(key = "shapes.async_trait_default", retry = "2 attempts, no delay")]
    async fn load(&self, mut name: String) -> Result<String, Fail>
    where
        Self: Sync,
    {
        name.push('!');
        self.script().play().await.map(|value| format!("{name}{value}"))
    }

    #[resilient(key = "shapes.async_trait_default_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: String) -> Result<usize, Fail>
    where
        Self: Send + Sync,
    {
        self.rows().push(row);
        self.script().play().await?;
        Ok(self.rows().len())
    }
}

struct Table(Script, Vec<String>);

impl Store for Table {
    fn script(&self) -> &Script {
        &self.0
    }

    fn rows(&mut self) -> &mut Vec<String> {
        &mut self.1
    }
}

#[tokio::test(start_paused = true)]
async fn a_default_body_is_guarded() {
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(send(table.load("n".into())).await.unwrap(), "n!1");
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(send(table.put("r".into())).await.unwrap(), 2);
    assert_eq!(table.0.runs(), 2);
}
