use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(cuase))]
    Db { table: String, cause: Cause },
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

fn main() {}
