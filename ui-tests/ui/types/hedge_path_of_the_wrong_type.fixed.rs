use recourse::{HedgePolicy, resilient};
use std::time::Duration;

mod slow {
    use super::*;

    pub const AFTER: HedgePolicy = HedgePolicy::after(Duration::from_millis(50));
}

#[resilient(hedge = slow::AFTER, timeout = "2s")]
async fn load() -> Result<u8, String> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
