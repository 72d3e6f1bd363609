use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retriable)]
    Busy,
    #[classify(inherit)]
    Reset,
    #[classify(ignore, success)]
    NotFound,
    #[classify(retryable(after = 5))]
    Starting,
    Broken,
}

fn main() {}
