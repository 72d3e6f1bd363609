use recourse::{Rejected, resilient};

#[derive(Debug)]
pub enum ApiError {
    Slow,
    Rejected(Rejected),
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

pub struct Malformed;

fn parse(id: &str) -> Result<u8, Malformed> {
    id.parse().map_err(|_| Malformed)
}

#[resilient(retry = "3 attempts", timeout = "2s")]
async fn load(id: &str) -> Result<u8, ApiError> {
    let id = parse(id).map_err(|_| ApiError::Slow)?;
    Ok(id)
}

#[tokio::test]
async fn runs() {
    assert!(matches!(load("7").await, Ok(7)));
}
