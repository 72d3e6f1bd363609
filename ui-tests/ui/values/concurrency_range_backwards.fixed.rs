use recourse::resilient;

#[resilient(concurrency = "adaptive 4..200")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
