use recourse::resilient;
use std::pin::Pin;

#[resilient(timeout = "2s")]
fn load() -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
    Box::pin(async move { Ok(7) })
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
