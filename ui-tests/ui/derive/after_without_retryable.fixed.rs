use recourse::{Class, Classify};
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = wait))]
    Busy { wait: Duration },
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy { wait: Duration::ZERO }.classify(), Class::Retryable { after: Some(Duration::ZERO) });
}
