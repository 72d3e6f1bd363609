use recourse::Classify;

#[derive(Classify)]
#[classify(default(ignore))]
pub enum ApiError {
    Busy,
}

fn main() {}
