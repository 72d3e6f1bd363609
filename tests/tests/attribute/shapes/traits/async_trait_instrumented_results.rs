//! `#[async_trait]` with `#[instrument(err)]` and `ret` below: an event for the result of the call (attribute-8).

use crate::shapes::spans::Spans;
use crate::shapes::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};
use tracing::instrument;

#[derive(Clone)]
struct Db;

#[async_trait]
trait Store {
    async fn err(&self, db: Db, id: u32) -> Result<u32, Fail>;
    async fn ret(&self, id: u32) -> Result<u32, Fail>;
    async fn both(&mut self, id: u32) -> Result<u32, Fail>;
}

struct Table(Script);

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_err", retry = "2 attempts, no delay")]
    #[instrument(err, skip(self, db), fields(%id))]
    async fn err(&self, db: Db, id: u32) -> Result<u32, Fail> {
        let Db = db;
        Ok(self.0.play().await? + id)
    }

    #[resilient(key = "shapes.async_trait_ret", timeout = "1s")]
    #[instrument(ret, skip(self))]
    async fn ret(&self, id: u32) -> Result<u32, Fail> {
        Ok(self.0.play().await? + id)
    }

    #[resilient(key = "shapes.async_trait_both", retry = "2 attempts, no delay", fallback = Self::instead)]
    #[instrument(ret, err(Debug), skip(self))]
    async fn both(&mut self, id: u32) -> Result<u32, Fail> {
        Ok(self.0.play().await? + id)
    }
}

impl Table {
    #[allow(clippy::unused_async, reason = "a fallback is async")]
    async fn instead(&self, _: u32, error: Fail) -> Result<u32, Fail> {
        Err(error)
    }
}

#[tokio::test(start_paused = true)]
async fn the_result_of_the_call_is_told() {
    let spans = Spans::watch();
    let mut table = Table(once_busy());
    assert_eq!(send(table.err(Db, 7)).await.unwrap(), 8);
    assert_eq!((table.0.runs(), spans.fields()), (2, vec!["id"]));
    table.0 = once_busy();
    assert!(send(table.ret(7)).await.is_err());
    assert_eq!((table.0.runs(), spans.take()), (1, vec!["ret"]));
    table.0 = once_busy();
    assert_eq!(send(table.both(7)).await.unwrap(), 8);
    assert_eq!((table.0.runs(), spans.take()), (2, vec!["both"]));
}
