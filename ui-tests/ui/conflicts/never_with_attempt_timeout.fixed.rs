use recourse::resilient;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(1);

#[resilient(retry = "3 attempts", attempt_timeout = LIMIT, on_reject = |rejected| rejected.to_string())]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
