use recourse::resilient;

#[resilient(policy = "3 attempts")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
