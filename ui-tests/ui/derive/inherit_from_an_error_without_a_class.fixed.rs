use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit)]
    Db(Cause),
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db(Cause).classify(), Class::Ignore);
}
