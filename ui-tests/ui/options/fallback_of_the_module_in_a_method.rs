use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts", fallback = cached)]
    pub async fn load(&self) -> Result<u8, String> {
        Err(format!("{} is unknown", self.0))
    }
}

async fn cached(token: &Token, _error: String) -> Result<u8, String> {
    Ok(token.0)
}

fn main() {}
