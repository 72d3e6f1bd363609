use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = 30))]
    Busy,
}

fn main() {}
