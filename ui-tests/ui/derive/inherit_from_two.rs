use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(left, right))]
    Db { left: Cause, right: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

fn main() {}
