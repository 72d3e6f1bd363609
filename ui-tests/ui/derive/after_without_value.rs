use recourse::Classify;
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after))]
    Busy { wait: Duration },
}

fn main() {}
