//! The derive, under the other name.

use crate::Runs;
use resilience::{Classify, Rejected, resilient};

#[derive(Debug, Classify)]
#[classify(crate = resilience)]
enum Error {
    #[classify(retryable)]
    Busy,
    #[classify(non_retryable)]
    Rejected,
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

#[resilient(crate = resilience, key = "renamed.classified", retry = "2 attempts, no delay")]
async fn get(runs: &Runs) -> Result<u32, Error> {
    runs.play().await.map_err(|_| Error::Busy)
}

#[tokio::test(start_paused = true)]
async fn the_error_says_what_it_means() {
    assert_eq!(get(&Runs::default()).await.unwrap(), 2);
}
