//! Aliases of `Result`, by name, by path, and of a trait.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};

type Answer<T> = Result<T, Fail>;

mod api {
    pub(super) type Result<T = u32, E = super::Fail> = std::result::Result<T, E>;
}

trait Call {
    type Output;
}

struct Get;

impl Call for Get {
    type Output = Answer<u32>;
}

#[resilient(key = "shapes.alias", retry = "2 attempts, no delay")]
async fn named(script: &Script) -> Answer<u32> {
    Ok(script.play().await? + 1)
}

#[resilient(key = "shapes.alias_path", retry = "2 attempts, no delay")]
async fn path(script: &Script) -> api::Result {
    script.play().await
}

#[resilient(key = "shapes.alias_associated", retry = "2 attempts, no delay")]
async fn associated(script: &Script) -> <Get as Call>::Output {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn an_alias_is_seen_through() {
    let script = once_busy();
    assert_eq!(send(named(&script)).await.unwrap(), 2);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(path(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(associated(&script)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
}
