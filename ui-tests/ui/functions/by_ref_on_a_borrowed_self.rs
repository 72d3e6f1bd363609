use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts")]
    async fn load(#[by_ref] &self) -> Result<u8, String> {
        Ok(self.0)
    }
}

fn main() {}
