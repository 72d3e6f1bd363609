use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = inherit)]
pub enum ApiError {
    Db(Cause),
    #[classify(retryable)]
    Busy,
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db(Cause).classify(), Class::Ignore);
    assert_eq!(ApiError::Busy.classify(), Class::RETRYABLE);
}
