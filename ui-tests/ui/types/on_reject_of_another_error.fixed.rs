use recourse::{Rejected, resilient};

fn unavailable(_rejected: Rejected) -> std::fmt::Error {
    std::fmt::Error
}

#[resilient(timeout = "2s", on_reject = unavailable)]
async fn load() -> Result<u8, std::fmt::Error> {
    Ok(7)
}

#[tokio::test]
async fn runs() {
    assert_eq!(load().await, Ok(7));
}
