use recourse::{Rejected, resilient};

#[derive(Debug)]
pub enum LoadError {
    Io(std::io::Error),
}

impl From<std::io::Error> for LoadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn timed_out(rejected: Rejected) -> LoadError {
    LoadError::Io(rejected.into())
}

#[resilient(timeout = "2s", on_reject = timed_out)]
async fn load(path: &str) -> Result<Vec<u8>, LoadError> {
    Ok(std::fs::read(path)?)
}

#[tokio::test]
async fn runs() {
    assert!(matches!(load("/nowhere").await, Err(LoadError::Io(_))));
}
