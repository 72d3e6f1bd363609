use recourse::race;

async fn one(_: u8) -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(max = 4; for item in [1, 2, 3] => one(item)).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
