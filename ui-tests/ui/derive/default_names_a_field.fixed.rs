use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = inherit)]
pub enum ApiError {
    Db { cause: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db { cause: Cause }.classify(), Class::Ignore);
}
