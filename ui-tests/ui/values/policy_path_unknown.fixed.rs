use recourse::{RetryPolicy, resilient};

const RETRY: RetryPolicy = RetryPolicy::attempts(2);

#[resilient(retry = RETRY)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 2);
}
