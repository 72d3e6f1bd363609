use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(inherit)]
    Busy,
}

fn main() {}
