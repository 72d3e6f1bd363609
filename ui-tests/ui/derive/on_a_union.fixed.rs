use recourse::{Class, Classify};

#[derive(Classify)]
#[classify(ignore)]
pub struct ApiError {
    pub code: u32,
}

#[test]
fn runs() {
    assert_eq!(ApiError { code: 1 }.classify(), Class::Ignore);
}
