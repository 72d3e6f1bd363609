use recourse::Classify;

#[derive(Classify)]
pub struct ApiError;

fn main() {}
