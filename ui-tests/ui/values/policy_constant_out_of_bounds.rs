use recourse::{RetryPolicy, resilient};

const RETRY: RetryPolicy = RetryPolicy::attempts(500);

#[resilient(retry = RETRY)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
