use recourse::resilient;

pub struct Malformed;

fn parse(id: &str) -> Result<u8, Malformed> {
    id.parse().map_err(|_| Malformed)
}

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: &str) -> Result<u8, String> {
    let id = parse(id)?;
    Ok(id)
}

fn main() {}
