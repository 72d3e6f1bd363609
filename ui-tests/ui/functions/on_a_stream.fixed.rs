use recourse::resilient;

pub trait Stream {}

#[resilient(retry = "3 attempts")]
async fn load() -> Result<impl Stream, String> {
    Ok(Numbers)
}

pub struct Numbers;

impl Stream for Numbers {}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
