use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one(),
        one()
    )
    .await
    .ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
