//! `Result<Self::Row, Self::Error>`, and `Result<S::Row, S::Error>`.

use crate::shapes::once_busy;
use recourse::{Rejected, resilient};
use recourse_tests::{Fail, Script};

trait Source {
    type Row;
    type Error: From<Rejected>;

    fn script(&self) -> &Script;
    fn row(&self, value: u32) -> Self::Row;
    fn error(&self, fail: Fail) -> Self::Error;

    #[resilient(key = "shapes.associated_self", retry = "2 attempts, no delay")]
    async fn read(&self) -> Result<Self::Row, Self::Error> {
        self.script().play().await.map(|value| self.row(value)).map_err(|fail| self.error(fail))
    }
}

struct Table(Script);

impl Source for Table {
    type Row = String;
    type Error = Fail;

    fn script(&self) -> &Script {
        &self.0
    }

    fn row(&self, value: u32) -> String {
        value.to_string()
    }

    fn error(&self, fail: Fail) -> Fail {
        fail
    }
}

#[resilient(key = "shapes.associated_parameter", retry = "2 attempts, no delay")]
#[allow(clippy::future_not_send, reason = "it can be sent where the source can")]
async fn read<S: Source>(source: &S) -> Result<S::Row, S::Error> {
    let value = source.script().play().await.map_err(|fail| source.error(fail))?;
    Ok(source.row(value))
}

#[tokio::test(start_paused = true)]
async fn types_of_a_trait_are_known_in_the_body() {
    let table = Table(once_busy());
    assert_eq!(table.read().await.unwrap(), "1");
    assert_eq!(table.0.runs(), 2);
    let table = Table(once_busy());
    assert_eq!(read(&table).await.unwrap(), "1");
    assert_eq!(table.0.runs(), 2);
}
