use recourse::resilient;

#[resilient(concurrency = "0 at once")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
