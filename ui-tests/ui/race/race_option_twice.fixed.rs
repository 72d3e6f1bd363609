use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn two() -> Result<u8, String> {
    Err("no".into())
}

async fn call() -> Option<u8> {
    race!(stagger = 250ms; two(), one()).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
