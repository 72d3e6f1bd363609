use recourse::Classify;

#[derive(Classify)]
#[classify(default = inherit(cause))]
pub enum ApiError {
    Db { cause: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

fn main() {}
