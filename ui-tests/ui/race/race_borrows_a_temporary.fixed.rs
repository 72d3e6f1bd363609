use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn get(path: &str) -> Result<u8, String> {
    path.parse().map_err(|_| path.to_owned())
}

async fn call() -> Option<u8> {
    race!(one(), async { get(&String::from("2")).await }).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
