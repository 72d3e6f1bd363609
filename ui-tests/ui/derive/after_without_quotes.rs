use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = 30s))]
    Busy,
}

fn main() {}
