use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(retryable)]
pub struct ApiError;

#[test]
fn runs() {
    assert_eq!(ApiError.classify(), Class::RETRYABLE);
}
