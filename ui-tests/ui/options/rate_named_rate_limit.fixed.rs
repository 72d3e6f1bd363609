use recourse::resilient;

#[resilient(rate = "100/s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
