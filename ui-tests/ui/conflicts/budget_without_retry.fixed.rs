use recourse::resilient;

#[resilient(timeout = "2s", retry = "3 attempts", budget = "20%")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 3);
}
