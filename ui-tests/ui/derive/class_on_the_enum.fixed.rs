use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = retryable)]
pub enum ApiError {
    Busy,
    Reset,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::RETRYABLE);
    assert_eq!(ApiError::Reset.classify(), Class::RETRYABLE);
}
