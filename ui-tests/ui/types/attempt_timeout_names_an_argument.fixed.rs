use recourse::resilient;

use std::time::Duration;

#[resilient(retry = "2 attempts", timeout = left)]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(Duration::from_secs(1)).await.is_ok());
}
