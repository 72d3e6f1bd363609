use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    #[classify]
    Busy,
}

fn main() {}
