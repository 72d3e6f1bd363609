use recourse::Classify;
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(wait))]
    Busy { wait: Duration },
}

fn main() {}
