use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(retry = "3 attempts")]
    async fn load(#[by_ref] mut self) -> Result<u8, String> {
        self.0 += 1;
        Ok(self.0)
    }
}

fn main() {}
