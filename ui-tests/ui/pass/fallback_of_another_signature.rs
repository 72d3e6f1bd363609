use recourse::resilient;

async fn cached(id: u32, _error: String) -> Result<u8, String> {
    Ok(id as u8)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(id: u32) -> Result<u8, String> {
    Err(format!("no {id}"))
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(3).await, Ok(3));
}
