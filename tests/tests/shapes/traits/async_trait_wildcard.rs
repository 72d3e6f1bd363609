//! `#[async_trait]`: `_: T` of a type that is not `Clone`.

// BUG: `#[async_trait]` gives it a name, and what has a name is cloned (E0277).

use crate::{once_busy, send};
use async_trait::async_trait;
use recourse::resilient;
use recourse_tests::{Fail, Script};

/// Not `Clone`.
struct Permit;

#[async_trait]
trait Store {
    async fn load(&self, permit: Permit) -> Result<u32, Fail>;
}

struct Table(Script);

#[async_trait]
impl Store for Table {
    #[resilient(key = "shapes.async_trait_wildcard", retry = "2 attempts, no delay")]
    async fn load(&self, _: Permit) -> Result<u32, Fail> {
        self.0.play().await
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_no_name_is_not_cloned() {
    let table = Table(once_busy());
    assert_eq!(send(table.load(Permit)).await.unwrap(), 1);
    assert_eq!(table.0.runs(), 2);
}
