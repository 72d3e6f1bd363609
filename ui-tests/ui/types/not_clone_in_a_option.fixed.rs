use recourse::resilient;

#[derive(Clone)]
pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(token: Option<Token>) -> Result<u8, String> {
    Ok(token.map_or(0, |token| token.0))
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(Some(Token(1))).await.is_ok());
}
