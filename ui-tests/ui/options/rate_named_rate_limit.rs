use recourse::resilient;

#[resilient(rate_limit = "100/s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
