use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(non_retryable)]
    Broken,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Broken.classify(), Class::NonRetryable);
}
