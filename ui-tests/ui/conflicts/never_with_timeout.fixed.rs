use recourse::resilient;

#[resilient(retry = "3 attempts", on_reject = "never")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
