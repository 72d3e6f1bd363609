use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts")]
    async fn load(#[by_ref] self) -> Result<u8, String> {
        Ok(self.0 + 1)
    }
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(Token(1).load().await.is_ok());
}
