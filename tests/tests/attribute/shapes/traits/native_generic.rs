//! A generic trait, with generic methods and associated types.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::fmt::Display;

trait Find<K> {
    type Row;

    async fn find<T: Display + Clone + Send>(&self, key: K, note: T) -> Result<Self::Row, Fail>
    where
        K: Clone;
}

struct Table(Script);

impl<K: Display + Clone + Send> Find<K> for Table {
    type Row = String;

    #[resilient(key = "shapes.native_generic", retry = "2 attempts, no delay")]
    async fn find<T: Display + Clone + Send>(&self, key: K, note: T) -> Result<Self::Row, Fail>
    where
        K: Clone,
    {
        let value = self.0.play().await?;
        Ok(format!("{key}{note}{value}"))
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_of_the_trait_are_known_in_the_body() {
    let table = Table(once_busy());
    assert_eq!(send(table.find(7, "n")).await.unwrap(), "7n1");
    assert_eq!(table.0.runs(), 2);
}
