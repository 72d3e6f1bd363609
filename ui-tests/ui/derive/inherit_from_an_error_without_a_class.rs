use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit)]
    Db(Cause),
}

pub struct Cause;

fn main() {}
