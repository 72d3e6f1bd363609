use recourse::Classify;
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retryable(after = wiat))]
    Busy { wait: Duration },
}

fn main() {}
