use recourse::resilient;

async fn cached(id: u8, _error: String) -> Result<u8, String> {
    Ok(id)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(id: u8) -> Result<u8, String> {
    Err(format!("no {id}"))
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(3).await, Ok(3));
}
