use recourse::resilient;

#[resilient(timeout = "2s", at_least = "200ms")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
