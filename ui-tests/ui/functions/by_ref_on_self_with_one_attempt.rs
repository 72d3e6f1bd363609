use recourse::resilient;

pub struct Token(pub u8);

impl Token {
    #[resilient(timeout = "2s")]
    async fn load(#[by_ref] self) -> Result<u8, String> {
        Ok(self.0)
    }
}

fn main() {}
