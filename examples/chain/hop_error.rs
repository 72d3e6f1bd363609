//! Why a call to the next service failed.

use recourse::{Classify, Rejected};

#[derive(Debug, Classify)]
pub(crate) enum HopError {
    /// The service answered that it did not, or nothing.
    #[classify(retryable)]
    Refused,
    #[classify(inherit)]
    Rejected(Rejected),
}

impl From<Rejected> for HopError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
