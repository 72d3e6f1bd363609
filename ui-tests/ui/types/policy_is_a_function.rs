use recourse::{Policy, RetryPolicy, resilient};

const fn reads() -> Policy {
    Policy::new().retry(RetryPolicy::attempts(2))
}

#[resilient(policy = reads)]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
