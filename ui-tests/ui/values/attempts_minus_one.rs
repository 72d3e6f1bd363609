use recourse::resilient;

#[resilient(retry = "-1 attempts")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
