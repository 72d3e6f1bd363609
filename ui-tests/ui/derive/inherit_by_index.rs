use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit(1))]
    Db(String, Cause),
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

fn main() {}
