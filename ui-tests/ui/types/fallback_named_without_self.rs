use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts", fallback = cached)]
    async fn load(&self) -> Result<u8, String> {
        Ok(self.0)
    }

    async fn cached(&self, _error: String) -> Result<u8, String> {
        Ok(0)
    }
}

fn main() {}
