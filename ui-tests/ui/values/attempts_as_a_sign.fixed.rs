use recourse::resilient;

#[resilient(retry = "forever")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 1);
}
