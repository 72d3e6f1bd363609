use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = "0s"))]
    Busy,
}

fn main() {}
