//! `race!`: its contract (race-1 to race-16), its errors, and Easy Racer.

mod composition;
mod contract;
mod deadline;
mod easy_racer;
mod losses;
mod options;
mod over;
mod starts;
mod surroundings;

use recourse_tests::{once, wait};
use std::time::Duration;

/// Succeeds with `value` after a while.
async fn ok<T>(value: T, after: u64) -> Result<T, &'static str> {
    wait(after).await;
    Ok(value)
}

/// Fails after a while.
async fn fails<T>(error: &'static str, after: u64) -> Result<T, &'static str> {
    wait(after).await;
    Err(error)
}

fn since(start: tokio::time::Instant) -> Duration {
    start.elapsed()
}

/// What happened, in order.
#[derive(Default)]
struct Log(std::cell::RefCell<Vec<&'static str>>);

impl Log {
    fn say(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }

    /// Says so when it is dropped.
    fn held(&self, name: &'static str) -> Held<'_> {
        Held(self, name)
    }
}

struct Held<'a>(&'a Log, &'static str);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.say(self.1);
    }
}
