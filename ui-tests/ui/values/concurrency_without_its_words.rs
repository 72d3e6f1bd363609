use recourse::resilient;

#[resilient(concurrency = "8 permits")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
