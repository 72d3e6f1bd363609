use recourse::resilient;

#[resilient(timeout = "2s")]
fn load() -> impl Future<Output = Result<u8, String>> + Send {
    async { Ok::<u8, String>(7) }
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
