use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn load() -> Result<u8, String> {
    race!(deadline = 5s; one(), one()).await.map_err(|_| String::new())
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load().await.is_ok());
}
