use recourse::resilient;

#[resilient(circuit = "50% of 20 in 10s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
