use recourse::resilient;

pub struct Token(pub u8);

#[resilient(timeout = "2s")]
async fn send((id, token): (u8, Token)) -> Result<u8, String> {
    Ok(id + token.0)
}

#[tokio::test]
async fn runs() {
    assert_eq!(send((3, Token(4))).await, Ok(7));
}
