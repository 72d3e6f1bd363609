use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn send(tokens: &[Token]) -> Result<usize, String> {
    Ok(tokens.len())
}

#[tokio::test]
async fn runs() {
    assert_eq!(send(&[Token(4)]).await, Ok(1));
}
