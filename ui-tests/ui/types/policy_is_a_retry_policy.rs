use recourse::{RetryPolicy, resilient};

const READS: RetryPolicy = RetryPolicy::attempts(2);

#[resilient(policy = READS)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
