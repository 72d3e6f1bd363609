use recourse::{Policy, RetryPolicy, resilient};

const fn reads() -> Policy {
    Policy::new().retry(RetryPolicy::attempts(2))
}

const READS: Policy = reads();

#[resilient(policy = READS)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
