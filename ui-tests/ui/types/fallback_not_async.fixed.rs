use recourse::resilient;

async fn cached(_id: u8, _error: String) -> Result<u8, String> {
    Ok(7)
}

#[resilient(timeout = "2s", fallback = cached)]
async fn load(id: u8) -> Result<u8, String> {
    Err(format!("no {id}"))
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(3).await, Ok(7));
}
