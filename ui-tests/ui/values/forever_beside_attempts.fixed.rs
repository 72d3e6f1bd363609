use recourse::resilient;

#[resilient(retry = "3 attempts")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 3);
}
