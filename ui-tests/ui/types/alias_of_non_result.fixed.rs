use recourse::resilient;

type Found = Option<u8>;

#[resilient(timeout = "2s")]
async fn load() -> Result<Found, String> {
    Ok(Some(7))
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(Some(7)));
}
