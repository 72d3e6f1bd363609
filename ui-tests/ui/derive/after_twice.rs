use recourse::Classify;
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = wait, after = wait))]
    Busy { wait: Duration },
}

fn main() {}
