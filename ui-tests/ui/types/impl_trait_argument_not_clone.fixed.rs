use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn send(body: impl AsRef<[u8]> + Clone) -> Result<usize, String> {
    Ok(body.as_ref().len())
}

#[tokio::test]
async fn runs() {
    assert_eq!(send("abc").await, Ok(3));
}
