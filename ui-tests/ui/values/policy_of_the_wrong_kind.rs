use recourse::{Policy, resilient};

const READS: Policy = Policy::defaults();

#[resilient(retry = READS)]
async fn load() -> Result<u8, String> {
    Err("connection reset".into())
}

fn main() {}
