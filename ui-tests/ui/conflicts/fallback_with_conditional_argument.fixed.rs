use recourse::resilient;

async fn cached(_id: u8, _error: String) -> Result<u8, String> {
    Ok(7)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(id: u8) -> Result<u8, String> {
    Err(id.to_string())
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(1).await, Ok(7));
}
