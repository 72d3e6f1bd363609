use recourse::{Class, Classify};
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = Duration::from_secs(*seconds)))]
    Busy { seconds: u64 },
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy { seconds: 2 }.classify(), Class::Retryable { after: Some(Duration::from_secs(2)) });
}
