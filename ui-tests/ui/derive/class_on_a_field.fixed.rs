use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = retryable)]
pub enum ApiError {
    #[classify(inherit(_0))]
    Db(DbError, u8),
}

#[derive(Classify)]
#[classify(ignore)]
pub struct DbError;

#[test]
fn runs() {
    assert_eq!(ApiError::Db(DbError, 1).classify(), Class::Ignore);
}
