use recourse::{Rejected, resilient};

fn timed_out(_rejected: Rejected) {}

#[resilient(timeout = "2s", on_reject = timed_out)]
async fn load() -> Result<u8, ()> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
