use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = "24h"))]
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::Retryable { after: Some(std::time::Duration::from_secs(86_400)) });
}
