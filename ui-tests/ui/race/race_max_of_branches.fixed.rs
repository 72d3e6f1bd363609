use recourse::race;

async fn one(_: u8) -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(one(1), one(2)).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
