//! The purpose of a retry budget: in an outage, retries multiply the load on a service that is already down. No network.
//!
//! Prints a table. On a good day, when every 20th attempt fails, every call succeeds, with a budget and without. In an outage, calls
//! without a budget send three times the load; calls with one send hardly more than if nothing were retried, and their callers get
//! the same error sooner.

use recourse::{Rejected, resilient};
use std::cell::Cell;

/// A service that counts the attempts that reach it, and fails every `fails_every`-th one.
struct Service {
    fails_every: u32,
    attempts: Cell<u32>,
}

#[derive(Debug, thiserror::Error)]
enum SearchError {
    #[error("503 Service Unavailable")]
    Unavailable,
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

impl Service {
    fn answer(&self) -> Result<u32, SearchError> {
        let attempt = self.attempts.get() + 1;
        self.attempts.set(attempt);
        if attempt % self.fails_every == 0 { Err(SearchError::Unavailable) } else { Ok(attempt) }
    }
}

#[resilient(key = "search.unlimited", retry = "3 attempts, no delay", budget = "none")]
async fn without_budget(service: &Service) -> Result<u32, SearchError> {
    service.answer()
}

/// Each success adds a fifth of a retry to the budget, and each second adds one; at most ten are saved.
#[resilient(key = "search.budgeted", retry = "3 attempts, no delay", budget = "20% + 1/s")]
async fn with_budget(service: &Service) -> Result<u32, SearchError> {
    service.answer()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    const CALLS: u32 = 1_000;

    println!("{:<10} {:<15} {:>6} {:>9} {:>9} {:>14}", "", "retries", "calls", "attempts", "load", "calls failed");
    for (day, fails_every) in [("good day", 20), ("outage", 1)] {
        for budgeted in [false, true] {
            let service = Service { fails_every, attempts: Cell::new(0) };
            let mut failed = 0;
            for _ in 0..CALLS {
                let answer = if budgeted { with_budget(&service).await } else { without_budget(&service).await };
                failed += u32::from(answer.is_err());
            }
            let retries = if budgeted { "with budget" } else { "without budget" };
            let (attempts, load) = (service.attempts.get(), f64::from(service.attempts.get()) / f64::from(CALLS));
            println!("{day:<10} {retries:<15} {CALLS:>6} {attempts:>9} {load:>8.2}x {failed:>14}");
        }
    }
}
