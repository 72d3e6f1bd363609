use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(token: Option<Token>) -> Result<u8, String> {
    Ok(token.map_or(0, |token| token.0))
}

fn main() {}
