use recourse::Classify;

#[derive(Classify)]
pub enum ApiError {
    Busy,
    Reset,
    #[classify(ignore)]
    NotFound,
}

impl From<recourse::Rejected> for ApiError {
    fn from(_: recourse::Rejected) -> Self {
        ApiError::Busy
    }
}

#[recourse::resilient(retry = "3 attempts")]
pub async fn load() -> Result<u8, ApiError> {
    Err(ApiError::Reset)
}

fn main() {}
