use recourse::resilient;

#[resilient(hedge = "p99.9")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
