use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn send(tokens: Vec<Token>) -> Result<usize, String> {
    Ok(tokens.len())
}

fn main() {}
