use recourse::Classify;

#[derive(Classify)]
#[classify(default = inherit)]
pub enum ApiError {
    Db(Cause),
    Busy,
}

#[derive(Classify)]
#[classify(ignore)]
pub struct Cause;

fn main() {}
