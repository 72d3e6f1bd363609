use recourse::resilient;

#[resilient(retry = "3 attempts", circuit = "5 failures in 10s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 1);
}
