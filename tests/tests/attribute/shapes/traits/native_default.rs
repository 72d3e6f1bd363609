//! Default bodies of a native async trait.

use crate::shapes::once_busy;
use recourse::resilient;
use recourse_tests::{Fail, Script};

trait Store {
    fn script(&self) -> &Script;
    fn rows(&mut self) -> &mut Vec<u32>;

    #[resilient(key = "shapes.native_default", retry = "2 attempts, no delay")]
    async fn load(&self, (a, b): (u32, u32)) -> Result<u32, Fail> {
        Ok(self.script().play().await? + a + b)
    }

    #[resilient(key = "shapes.native_default_mut", retry = "2 attempts, no delay")]
    async fn put(&mut self, mut row: u32) -> Result<usize, Fail> {
        row += 1;
        self.rows().push(row);
        self.script().play().await?;
        Ok(self.rows().len())
    }

    #[resilient(key = "shapes.native_default_value", retry = "2 attempts, no delay")]
    async fn done(self) -> Result<usize, Fail>
    where
        Self: Clone,
    {
        self.script().play().await?;
        Ok({ self }.rows().len())
    }
}

#[derive(Clone)]
struct Table<'s>(&'s Script, Vec<u32>);

impl Store for Table<'_> {
    fn script(&self) -> &Script {
        self.0
    }

    fn rows(&mut self) -> &mut Vec<u32> {
        &mut self.1
    }
}

#[tokio::test(start_paused = true)]
async fn a_default_body_is_guarded() {
    let script = once_busy();
    assert_eq!(Table(&script, vec![]).load((1, 2)).await.unwrap(), 4);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    let mut table = Table(&script, vec![]);
    assert_eq!(table.put(7).await.unwrap(), 2);
    assert_eq!((script.runs(), table.1), (2, vec![8, 8]));
    let script = once_busy();
    assert_eq!(Table(&script, vec![1]).done().await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
