use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(token: Box<Token>) -> Result<u8, String> {
    Ok(token.0)
}

fn main() {}
