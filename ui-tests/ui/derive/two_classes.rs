use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable, ignore)]
    Busy,
}

fn main() {}
