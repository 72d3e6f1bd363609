use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(ignore, crate = ::recourse)]
    NotFound,
}

fn main() {}
