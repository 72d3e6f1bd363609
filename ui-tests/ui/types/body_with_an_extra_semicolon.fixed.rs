use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: u8) -> Result<u8, String> {
    Ok(id)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(7).await, Ok(7));
}
