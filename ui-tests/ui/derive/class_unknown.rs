use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(retriable)]
    Busy,
}

fn main() {}
