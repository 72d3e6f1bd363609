use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(non-retryable)]
    Broken,
}

fn main() {}
