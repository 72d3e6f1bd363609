use recourse::{Class, Rejected, resilient};

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

fn class(_error: &ApiError) -> Class {
    Class::Ignore
}

#[resilient(retry = "3 attempts", classify = class)]
async fn load() -> Result<u8, ApiError> {
    Err(ApiError::Slow)
}

#[tokio::test]
async fn runs() {
    assert_eq!(super::attempts(load()).await, 1);
}
