use recourse::resilient;

#[resilient(concurrency = "8 at once, wait 2s", timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
