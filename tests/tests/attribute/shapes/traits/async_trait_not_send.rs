//! `#[async_trait(?Send)]`.

use crate::shapes::once_busy;
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::rc::Rc;

#[async_trait(?Send)]
trait Store {
    async fn load(&self, shared: Rc<u32>) -> Result<u32, Fail>;
    async fn put(&mut self, row: Rc<u32>) -> Result<usize, Fail>;
}

struct Table(Script, Vec<Rc<u32>>);

#[async_trait(?Send)]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_local", retry = "2 attempts, no delay")]
    async fn load(&self, shared: Rc<u32>) -> Result<u32, Fail> {
        Ok(self.0.play().await? + *shared)
    }

    #[resilient(key = "shapes.async_trait_local_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, row: Rc<u32>) -> Result<usize, Fail> {
        self.1.push(row);
        self.0.play().await?;
        Ok(self.1.len())
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_sent_is_guarded() {
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(table.load(Rc::new(7)).await.unwrap(), 8);
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(table.put(Rc::new(7)).await.unwrap(), 2);
    assert_eq!(table.0.runs(), 2);
}
