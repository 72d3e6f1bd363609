use recourse::resilient;

#[resilient(concurrency = "8 at once", priority = "low")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
