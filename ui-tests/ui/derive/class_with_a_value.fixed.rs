use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(ignore)]
    NotFound,
}

#[test]
fn runs() {
    assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
}
