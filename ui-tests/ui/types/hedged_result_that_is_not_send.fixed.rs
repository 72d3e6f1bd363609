use recourse::resilient;
use std::sync::Arc;

#[resilient(hedge = "50ms")]
async fn load() -> Result<Arc<u8>, String> {
    Ok(Arc::new(1))
}

#[tokio::test]
async fn runs() {
    assert!(tokio::spawn(async { load().await.is_ok() }).await.unwrap());
}
