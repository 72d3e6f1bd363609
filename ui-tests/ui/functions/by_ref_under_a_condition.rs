use recourse::resilient;

pub struct Token(pub u8);

#[resilient(retry = "3 attempts")]
async fn load(#[cfg_attr(all(), by_ref)] token: Token) -> Result<u8, String> {
    Ok(token.0)
}

fn main() {}
