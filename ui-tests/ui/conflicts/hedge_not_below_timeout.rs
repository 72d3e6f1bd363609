use recourse::resilient;

#[resilient(hedge = "p99 or 2s", timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
