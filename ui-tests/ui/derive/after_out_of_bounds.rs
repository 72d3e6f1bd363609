use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = "2m"))]
    Busy,
}

fn main() {}
