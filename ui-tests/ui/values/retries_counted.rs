use recourse::resilient;

#[resilient(retry = "3 retries")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
