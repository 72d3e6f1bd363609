use recourse::resilient;

#[resilient(rate = "100/s", on_reject = |rejected| rejected.to_string())]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
