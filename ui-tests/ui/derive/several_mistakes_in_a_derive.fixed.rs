use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable)]
    Busy,
    #[classify(retryable)]
    Reset,
    #[classify(ignore)]
    NotFound,
    #[classify(retryable(after = "5s"))]
    Starting,
    #[classify(non_retryable)]
    Broken,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::RETRYABLE);
    assert_eq!(ApiError::Reset.classify(), Class::RETRYABLE);
    assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
    assert_eq!(ApiError::Starting.classify(), Class::Retryable { after: Some(std::time::Duration::from_secs(5)) });
    assert_eq!(ApiError::Broken.classify(), Class::NonRetryable);
}
