use recourse::resilient;

async fn cached(_error: String) -> Result<u8, String> {
    Ok(0)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
