use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(transient)]
    Busy,
}

fn main() {}
