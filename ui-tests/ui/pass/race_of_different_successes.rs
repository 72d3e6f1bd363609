use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn text() -> Result<String, String> {
    Ok("2".into())
}

async fn call() -> Option<u8> {
    race!(one(), text() => |text| text.len() as u8).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
