use recourse::resilient;

#[resilient(retry = "3 attempts, fixed 1ms, fresh after 1m", timeout = "5m")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 3);
}
