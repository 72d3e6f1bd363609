use recourse::{Policy, resilient};
use std::time::Duration;

const READS: Policy = Policy::new().timeout(Duration::from_secs(1));

#[resilient(policy = READS, attempt_timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
