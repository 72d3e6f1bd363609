use recourse::Classify;

#[derive(Classify)]
#[classify(default)]
pub enum ApiError {
    Busy,
}

fn main() {}
