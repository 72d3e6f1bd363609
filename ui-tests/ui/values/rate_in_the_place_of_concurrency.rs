use recourse::resilient;

#[resilient(concurrency = "10/s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
