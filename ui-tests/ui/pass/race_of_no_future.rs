use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn call() -> Option<u8> {
    race!(async { Some(7_u8) }).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(7));
}
