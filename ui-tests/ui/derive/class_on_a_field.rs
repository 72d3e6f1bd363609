use recourse::Classify;

#[derive(Classify)]
#[classify(default = retryable)]
pub enum ApiError {
    Db(#[classify(inherit)] DbError, u8),
}

#[derive(Classify)]
#[classify(ignore)]
pub struct DbError;

fn main() {}
