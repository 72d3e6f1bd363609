use recourse::resilient;

#[resilient(concurrency = "adaptive 200..4")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
