//! Sizes of guarded futures.

use recourse::resilient;
use recourse_tests::Fail;

async fn bare(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(x)
}

#[resilient(key = "sized", retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms", budget = "20% + 10/s")]
async fn guarded(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(x)
}

async fn bare_large(x: [u8; 512]) -> Result<u8, Fail> {
    let buffer = [0u8; 1024];
    tokio::task::yield_now().await;
    Ok(x[0] + buffer[1023])
}

#[resilient(key = "sized.large", retry = "3 attempts", timeout = "1s", attempt_timeout = "500ms")]
async fn guarded_large(x: [u8; 512]) -> Result<u8, Fail> {
    let buffer = [0u8; 1024];
    tokio::task::yield_now().await;
    Ok(x[0] + buffer[1023])
}

#[resilient(key = "sized.hedged", retry = "3 attempts", hedge = "p99", timeout = "1s", attempt_timeout = "500ms")]
async fn hedged(x: u64) -> Result<u64, Fail> {
    tokio::task::yield_now().await;
    Ok(x)
}

/// cost-2: the body's future, its owned arguments once more, and at most 192 bytes.
#[test]
fn a_guarded_future_is_hardly_larger_than_its_body() {
    let beyond = |guarded: usize, bare: usize, arguments: usize| guarded - bare - arguments;
    let small = beyond(size_of_val(&guarded(1)), size_of_val(&bare(1)), 8);
    let large = beyond(size_of_val(&guarded_large([0; 512])), size_of_val(&bare_large([0; 512])), 512);
    let headline = beyond(size_of_val(&hedged(1)), size_of_val(&bare(1)), 8);
    assert!(headline <= 200, "{headline} bytes beyond the body and its argument once more");
    assert!(small <= 192 && large <= 192, "{small} and {large} bytes beyond the body and its arguments once more");
}
