use recourse::resilient;

#[resilient(retry = "forever, fixed 1m", timeout = "90s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 2);
}
