use recourse::resilient;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(1);

#[resilient(retry = "3 attempts", attempt_timeout = LIMIT, on_reject = "never")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
