use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = non_retryable)]
pub enum ApiError {
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::NonRetryable);
}
