use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(ignore = true)]
    NotFound,
}

fn main() {}
