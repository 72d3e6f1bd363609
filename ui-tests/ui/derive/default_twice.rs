use recourse::Classify;

#[derive(Classify)]
#[classify(default = retryable, default = ignore)]
pub enum ApiError {
    Busy,
}

fn main() {}
