use recourse::resilient;
use std::fmt::Display;

pub struct AppError(pub String);

pub trait Known: Display {}

impl<E: Known> From<E> for AppError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

#[resilient(timeout = "2s")]
async fn load() -> Result<u8, AppError> {
    Ok(7)
}

fn main() {}
