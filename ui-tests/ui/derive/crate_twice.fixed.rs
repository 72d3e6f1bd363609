use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(crate = ::recourse)]
pub enum ApiError {
    #[classify(ignore)]
    NotFound,
}

#[test]
fn runs() {
    assert_eq!(ApiError::NotFound.classify(), Class::Ignore);
}
