use recourse::resilient;

use std::time::Duration;

#[resilient(retry = "3 attempts", on_reject = "never")]
async fn load(left: Duration) -> Result<u8, String> {
    Ok(u8::from(left.is_zero()))
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(Duration::ZERO).await.is_ok());
}
