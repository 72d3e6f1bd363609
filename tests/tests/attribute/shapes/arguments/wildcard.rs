//! `_: T`, which need not be `Clone`, and `_name: T`.

use crate::shapes::{once_busy, send};
use recourse::resilient;
use recourse_tests::{Fail, Script};
use std::sync::atomic::{AtomicU32, Ordering};

/// Not `Clone`.
struct Permit<'a>(&'a AtomicU32);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[resilient(key = "shapes.wildcard", retry = "2 attempts, no delay")]
async fn wildcard(script: &Script, _: Permit<'_>, _name: String) -> Result<u32, Fail> {
    script.play().await
}

#[tokio::test(start_paused = true)]
async fn what_has_no_name_is_not_cloned_and_lives_as_long_as_the_call() {
    let (script, dropped) = (once_busy(), AtomicU32::new(0));
    assert_eq!(send(wildcard(&script, Permit(&dropped), "n".into())).await.unwrap(), 1);
    assert_eq!((script.runs(), dropped.into_inner()), (2, 1));
}
