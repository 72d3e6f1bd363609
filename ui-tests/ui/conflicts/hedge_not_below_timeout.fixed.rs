use recourse::resilient;

#[resilient(hedge = "p99 or 200ms", timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 1);
}
