use recourse::resilient;

#[resilient(hedge = "100ms", attempt_timeout = "500ms")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
