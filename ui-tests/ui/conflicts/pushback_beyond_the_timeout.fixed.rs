use recourse::resilient;

#[resilient(retry = "2 attempts, pushback up to 30s", timeout = "1m")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 2);
}
