use recourse::{RetryPolicy, resilient};

const RETRY: RetryPolicy = RetryPolicy::forever().no_delay();

#[resilient(retry = RETRY, timeout = "10s")]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
