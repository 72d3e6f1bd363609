use recourse::Classify;
use std::time::Duration;

#[derive(Classify)]
pub enum ApiError {
    #[classify(after = wait)]
    Busy { wait: Duration },
}

fn main() {}
