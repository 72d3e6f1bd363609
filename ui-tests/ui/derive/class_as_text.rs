use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify("retryable")]
    Busy,
}

fn main() {}
