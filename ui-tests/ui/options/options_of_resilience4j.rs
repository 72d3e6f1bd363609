use recourse::resilient;

#[resilient(failure_rate_threshold = 50, timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
