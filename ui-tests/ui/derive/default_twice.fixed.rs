use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = retryable)]
pub enum ApiError {
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::RETRYABLE);
}
