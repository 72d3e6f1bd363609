use recourse::Classify;

#[derive(Classify)]
#[classify(crate = ::recourse, crate = ::recourse)]
pub enum ApiError {
    #[classify(ignore)]
    NotFound,
}

fn main() {}
