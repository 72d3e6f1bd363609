use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(default = retryable)]
    Busy,
}

fn main() {}
