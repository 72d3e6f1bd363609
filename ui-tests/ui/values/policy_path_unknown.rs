use recourse::{RetryPolicy, resilient};

const RETRY: RetryPolicy = RetryPolicy::attempts(2);

#[resilient(retry = RETRI)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
