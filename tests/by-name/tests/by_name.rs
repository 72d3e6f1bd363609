//! The package is called `recourse-rs` and its library `recourse`: expanded code finds `::recourse` without `crate = ..`.

use recourse::{Classify, Rejected, race, resilient};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug, PartialEq, Classify)]
enum Error {
    #[classify(retryable)]
    Busy,
    #[classify(non_retryable)]
    Refused,
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        Self::Refused
    }
}

#[resilient(retry = "3 attempts, no delay", timeout = "1s")]
async fn flaky(runs: &AtomicU32) -> Result<u32, Error> {
    match runs.fetch_add(1, Ordering::Relaxed) {
        0 => Err(Error::Busy),
        n => Ok(n),
    }
}

#[tokio::test(start_paused = true)]
async fn the_attribute_and_the_derive_find_the_library() {
    assert_eq!(flaky(&AtomicU32::new(0)).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_race_finds_the_library() {
    let (first, second) = (AtomicU32::new(1), AtomicU32::new(2));
    assert_eq!(race!(flaky(&first), flaky(&second)).await.ok(), Some(1));
}
