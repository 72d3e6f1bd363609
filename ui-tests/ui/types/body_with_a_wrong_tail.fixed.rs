use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: u8) -> Result<u8, String> {
    let twice = id * 2;
    Ok(twice)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(3).await, Ok(6));
}
