use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable)]
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::RETRYABLE);
}
