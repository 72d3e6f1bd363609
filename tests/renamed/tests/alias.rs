//! `extern crate resilience as recourse;` in the root of a crate: then no attribute in it needs `crate`.

#![deny(warnings)]
#![deny(clippy::pedantic, clippy::nursery)]

extern crate resilience as recourse;

use recourse::{Classify, Rejected, resilient};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug, Classify)]
enum Error {
    #[classify(retryable)]
    Busy,
    #[classify(non_retryable)]
    Rejected,
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

#[resilient(key = "renamed.alias", retry = "2 attempts, no delay", timeout = "1s")]
async fn play(runs: &AtomicU32) -> Result<u32, Error> {
    tokio::task::yield_now().await;
    if runs.fetch_add(1, Ordering::Relaxed) == 0 { Err(Error::Busy) } else { Ok(7) }
}

#[tokio::test(start_paused = true)]
async fn it_is_found_under_its_own_name() {
    let runs = AtomicU32::new(0);
    assert_eq!(play(&runs).await.unwrap(), 7);
    assert_eq!(runs.into_inner(), 2);
}
