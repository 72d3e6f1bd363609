//! A trait of boxed futures, as a trait object.

use crate::shapes::{once_busy, send};
use futures::future::BoxFuture;
use recourse::resilient;
use recourse_tests::{Fail, Script};

trait Store {
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fail>>;
    fn put(&mut self, row: String) -> BoxFuture<'_, Result<usize, Fail>>;
}

struct Table(Script, Vec<String>);

impl Store for Table {
    #[resilient(key = "shapes.trait_box", retry = "2 attempts, no delay")]
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fail>> {
        Box::pin(async move { Ok(format!("{name}{}", self.0.play().await?)) })
    }

    #[resilient(key = "shapes.trait_box_mut", retry = "2 attempts, no delay")]
    fn put(&mut self, row: String) -> BoxFuture<'_, Result<usize, Fail>> {
        Box::pin(async move {
            self.1.push(row);
            self.0.play().await?;
            Ok(self.1.len())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_trait_object_is_guarded() {
    let mut table = Table(once_busy(), vec![]);
    assert_eq!(send((&table as &dyn Store).load("n")).await.unwrap(), "n1");
    assert_eq!(table.0.runs(), 2);
    table.0 = once_busy();
    assert_eq!(send((&mut table as &mut dyn Store).put("r".into())).await.unwrap(), 2);
    assert_eq!(table.0.runs(), 2);
}
