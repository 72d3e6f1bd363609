use recourse::resilient;

#[resilient(retry = "unlimited attempts")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
