use recourse::resilient;
use std::future::ready;

#[resilient(timeout = "2s")]
fn load() -> impl Future<Output = Result<u8, String>> {
    ready(Ok(7))
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
