use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = seconds))]
    Busy { seconds: u64 },
}

fn main() {}
