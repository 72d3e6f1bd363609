use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(_1))]
    Db(String, Cause),
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db(String::new(), Cause).classify(), Class::Ignore);
}
