use recourse::resilient;
use std::sync::Arc;

#[resilient(retry = "3 attempts")]
async fn load(id: Arc<u8>) -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(*id)
}

#[tokio::test]
async fn runs() {
    assert_eq!(tokio::spawn(load(Arc::new(7))).await.unwrap(), Ok(7));
}
