use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts", fallback = Self::cached)]
    async fn load(&self) -> Result<u8, String> {
        Ok(self.0)
    }

    async fn cached(&self, _error: String) -> Result<u8, String> {
        Ok(0)
    }
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(Token(1).load().await.is_ok());
}
