use recourse::resilient;
use std::time::Duration;

mod slow {
    use super::*;

    pub const AFTER: Duration = Duration::from_millis(50);
}

#[resilient(hedge = slow::AFTER, timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

fn main() {}
