use recourse::resilient;

#[resilient(retry = "3 attempts", retry_if = |error| error.is_empty())]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(1).await.is_ok());
}
