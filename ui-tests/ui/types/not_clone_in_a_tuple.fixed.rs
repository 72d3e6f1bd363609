use recourse::resilient;

#[derive(Clone)]
pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(token: (Token, u8)) -> Result<u8, String> {
    Ok(token.0.0)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load((Token(1), 2)).await.is_ok());
}
