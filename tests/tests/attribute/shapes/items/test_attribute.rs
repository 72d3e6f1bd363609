//! `#[tokio::test]` below: the test itself is tried twice.

use recourse::resilient;
use recourse_tests::Fail;
use std::sync::atomic::{AtomicUsize, Ordering};

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[resilient(key = "shapes.tokio_test", retry = "2 attempts, no delay")]
#[tokio::test(start_paused = true)]
async fn a_test_that_fails_once_passes() -> Result<(), Fail> {
    tokio::task::yield_now().await;
    if RUNS.fetch_add(1, Ordering::Relaxed) == 0 { Err(Fail::Busy(None)) } else { Ok(()) }
}
