//! Calls outside of a tokio runtime: what needs no waiting works, and what has to wait says so.

use futures::executor::block_on;
use recourse::resilient;
use recourse_tests::Fail;

#[resilient(key = "runtime.ready", retry = "3 attempts, no delay", circuit = "5 failures", timeout = "1s")]
async fn ready(result: Result<u32, Fail>) -> Result<u32, Fail> {
    result
}

#[resilient(key = "runtime.waits", retry = "3 attempts, fixed 10ms")]
async fn waits() -> Result<u32, Fail> {
    Err(Fail::Busy(None))
}

#[resilient(key = "runtime.limited", timeout = "1s")]
async fn limited() -> Result<u32, Fail> {
    std::future::pending().await
}

/// call-10.
#[test]
fn a_call_that_never_waits_needs_no_runtime() {
    assert_eq!(block_on(ready(Ok(7))).unwrap(), 7);
    assert!(block_on(ready(Err(Fail::Busy(None)))).is_err());
}

/// call-10.
#[test]
#[should_panic(
    expected = "the guarded call `runtime.waits` has to wait, and there is no tokio runtime here to wait on: poll it inside \
                           a runtime, as `#[tokio::main]`, `#[tokio::test]` or `Runtime::block_on` do"
)]
fn the_first_delay_outside_of_a_runtime_panics_and_names_the_key() {
    let _ = block_on(waits());
}

/// call-10.
#[test]
#[should_panic(expected = "the guarded call `runtime.limited` has to wait")]
fn so_does_a_limit_of_time() {
    let _ = block_on(limited());
}

/// call-10.
#[test]
#[should_panic(expected = "a race has to wait")]
fn so_does_a_race() {
    let _ = block_on(recourse::race!(
        deadline = std::time::Duration::from_secs(1);
        std::future::pending::<Result<u32, Fail>>(),
        std::future::pending::<Result<u32, Fail>>(),
    ));
}

/// call-10.
#[test]
fn entering_a_runtime_is_enough() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    assert!(runtime.block_on(waits()).is_err());
    let local = tokio::task::LocalSet::new();
    assert!(runtime.block_on(local.run_until(waits())).is_err());
}
