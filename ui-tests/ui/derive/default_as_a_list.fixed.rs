use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(default = ignore)]
pub enum ApiError {
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::Ignore);
}
