//! `#[async_trait]`: `&mut self`, and `&mut` arguments.

use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};

#[async_trait]
trait Store: Send {
    async fn put(&mut self, row: String, seen: &mut Vec<u32>) -> Result<usize, Fail>;
    async fn swap(&mut self, with: &mut Self) -> Result<String, Fail>
    where
        Self: Sized;
}

#[derive(Debug)]
struct Table {
    script: Script,
    rows: Vec<String>,
}

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: String, seen: &mut Vec<u32>) -> Result<usize, Fail> {
        self.rows.push(row);
        let rows = &mut self.rows;
        seen.push(7);
        self.script.play().await?;
        Ok(rows.len())
    }

    #[resilient(key = "shapes.async_trait_mut_twice", retry = "2 attempts, no delay")]
    async fn swap(&mut self, with: &mut Self) -> Result<String, Fail> {
        std::mem::swap(&mut self.rows, &mut with.rows);
        let this = self;
        this.script.play().await?;
        Ok(format!("{:?}", this.rows))
    }
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_both_attempts_stay() {
    let (mut table, mut seen) = (Table { script: once_busy(), rows: vec![] }, vec![]);
    assert_eq!(send(table.put("r".into(), &mut seen)).await.unwrap(), 2);
    assert_eq!((table.script.runs(), seen), (2, vec![7, 7]));
    let mut table = Table { script: once_busy(), rows: vec!["a".into()] };
    let mut other = Table { script: once_busy(), rows: vec!["b".into()] };
    assert_eq!(send(table.swap(&mut other)).await.unwrap(), "[\"a\"]", "swapped twice");
    assert_eq!(table.script.runs(), 2);
}
