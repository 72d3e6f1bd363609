use recourse::Classify;

#[derive(Classify)]
#[classify(retryable)]
pub enum ApiError {
    Busy,
    Reset,
}

fn main() {}
