use recourse::race;

async fn one() -> Result<u8, String> {
    Ok(1)
}

async fn text() -> Result<&'static [u8], String> {
    Ok(b"2")
}

async fn call() -> Option<u8> {
    race!(one(), text() => |text| text[0]).await.ok()
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(call().await, Some(1));
}
