use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable)]
    #[classify(retryable)]
    Busy,
}

fn main() {}
