use recourse::{Class, Classify};

#[derive(Classify)]
pub enum ApiError {
    #[classify(success)]
    Busy,
}

#[test]
fn runs() {
    assert_eq!(ApiError::Busy.classify(), Class::Success);
}
