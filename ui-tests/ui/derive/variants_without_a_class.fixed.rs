use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = non_retryable)]
pub enum ApiError {
    Busy,
    Reset,
    #[classify(ignore)]
    NotFound,
}

impl From<recourse::Rejected> for ApiError {
    fn from(_: recourse::Rejected) -> Self {
        ApiError::Busy
    }
}

#[recourse::resilient(retry = "3 attempts")]
pub async fn load() -> Result<u8, ApiError> {
    Err(ApiError::Reset)
}

#[tokio::test(start_paused = true)]
async fn guards() {
    assert_eq!(super::attempts(load()).await, 1);
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::NonRetryable);
    assert_eq!(ApiError::Reset.classify(), Class::NonRetryable);
    assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
}
