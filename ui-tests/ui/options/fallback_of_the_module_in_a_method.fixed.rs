use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts", fallback = self::cached)]
    pub async fn load(&self) -> Result<u8, String> {
        Err(format!("{} is unknown", self.0))
    }
}

async fn cached(token: &Token, _error: String) -> Result<u8, String> {
    Ok(token.0)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(Token(7).load().await, Ok(7));
}
