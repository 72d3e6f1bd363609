use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(left))]
    Db { left: Cause, right: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db { left: Cause, right: Cause }.classify(), Class::Ignore);
}
