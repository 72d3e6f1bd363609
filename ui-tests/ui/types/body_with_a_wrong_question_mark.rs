use recourse::resilient;

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: &str) -> Result<u8, std::io::Error> {
    let id: u8 = id.parse()?;
    Ok(id)
}

fn main() {}
