use recourse::Classify;

#[derive(Classify)]
#[classify(default = retryable)]
pub struct ApiError;

fn main() {}
