use recourse::{RetryPolicy, resilient};

const RETRY: RetryPolicy = RetryPolicy::forever().fixed(std::time::Duration::from_secs(4));

#[resilient(retry = RETRY, timeout = "10s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 3);
}
