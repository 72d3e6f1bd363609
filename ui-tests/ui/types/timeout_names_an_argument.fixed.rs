use recourse::resilient;

use std::time::Duration;

#[resilient(timeout = "2s")]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

#[tokio::test(start_paused = true)]
async fn runs() {
    let left = Duration::from_secs(1);
    assert!(tokio::time::timeout(left, load(left)).await.unwrap().is_ok());
}
