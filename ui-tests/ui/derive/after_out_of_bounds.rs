use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = "48h"))]
    Busy,
}

fn main() {}
