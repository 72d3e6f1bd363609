use recourse::{Rejected, resilient};

#[derive(Debug)]
pub enum LoadError {
    NotFound,
    Rejected(Rejected),
}

impl From<Rejected> for LoadError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

#[resilient(timeout = "2s")]
async fn load() -> Result<u8, LoadError> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn runs() {
    assert!(matches!(load().await, Err(LoadError::Rejected(_))));
}
