use recourse::resilient;

use std::time::Duration;

#[resilient(deadline = Duration::from_millis(left))]
async fn load(left: u64) -> Result<u64, String> {
    Ok(left)
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert_eq!(load(7).await, Ok(7));
}
