use recourse::resilient;

#[resilient(retry = "3 attempts", attempt = it)]
async fn load() -> Result<u32, String> {
    Ok(it.number())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(load().await, Ok(1));
}
