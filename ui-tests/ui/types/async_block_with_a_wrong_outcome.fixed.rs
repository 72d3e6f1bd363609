use recourse::resilient;

#[resilient(timeout = "2s")]
fn load(id: u8) -> impl Future<Output = Result<u8, String>> {
    let id = id + 1;
    async move { Ok(id) }
}

#[tokio::test]
async fn runs() {
    assert_eq!(load(6).await, Ok(7));
}
