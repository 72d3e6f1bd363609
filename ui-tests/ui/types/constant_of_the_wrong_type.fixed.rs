use recourse::resilient;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(2);

#[resilient(timeout = LIMIT)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
