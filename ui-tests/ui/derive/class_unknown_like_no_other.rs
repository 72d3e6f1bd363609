use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify(bananas)]
    Busy,
}

fn main() {}
