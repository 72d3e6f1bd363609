use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(ignore)]
pub struct ApiError;

#[test]
fn runs() {
    assert_eq!(ApiError.classify(), Class::Ignore);
}
