use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(#[by_ref] token: Token) -> Result<u8, String> {
    Ok(token.0)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(load(Token(1)).await.is_ok());
}
