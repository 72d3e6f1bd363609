use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: &str) -> Result<u8, std::io::Error> {
    let id: u8 = id.parse().map_err(std::io::Error::other)?;
    Ok(id)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load("7").await.unwrap(), 7);
}
