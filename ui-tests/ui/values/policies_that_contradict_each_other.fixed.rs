use recourse::{Policy, resilient};
use std::time::Duration;

const READS: Policy = Policy::new().timeout(Duration::from_secs(1));

#[resilient(policy = READS, attempt_timeout = "200ms")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
