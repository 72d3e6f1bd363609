use recourse::resilient;

#[resilient(rate = "100 per second")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
