use recourse::{RetryPolicy, resilient};

const READS: RetryPolicy = RetryPolicy::attempts(2);

#[resilient(retry = READS)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
