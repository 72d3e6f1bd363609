use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(cause))]
    Db { table: String, cause: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

#[test]
fn runs() {
    assert_eq!(ApiError::Db { table: String::new(), cause: Cause }.classify(), Class::Ignore);
}
