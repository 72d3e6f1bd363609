use recourse::resilient;

#[resilient(retry = "3 attempts", fallback = cached)]
async fn load(limit: usize) -> Result<usize, String> {
    Ok(limit)
}

async fn cached(limit: usize, _error: String) -> Result<usize, String> {
    Ok(limit)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(1).await.is_ok());
}
