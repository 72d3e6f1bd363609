//! `?`, with and without a conversion, in the middle of expressions, and in nested calls.

use crate::shapes::{once_busy, send};
use recourse::{Rejected, resilient};
use recourse_tests::{Fail, Script};

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    Script(Fail),
    #[error("{0}")]
    Parse(#[from] std::num::ParseIntError),
    #[error("rejected")]
    Rejected,
}

impl From<Fail> for Error {
    fn from(fail: Fail) -> Self {
        Self::Script(fail)
    }
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        Self::Rejected
    }
}

const fn is_busy(error: &Error) -> bool {
    matches!(error, Error::Script(_))
}

#[resilient(key = "shapes.question", retry = "2 attempts, no delay", retry_if = is_busy)]
async fn question(script: &Script, text: &str) -> Result<u32, Error> {
    let sum = script.play().await? + text.parse::<u32>()?;
    Ok(sum)
}

#[tokio::test(start_paused = true)]
async fn a_question_mark_converts_and_ends_the_attempt() {
    let script = once_busy();
    assert_eq!(send(question(&script, "7")).await.unwrap(), 8);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert!(matches!(send(question(&script, "x")).await, Err(Error::Parse(_))));
    assert_eq!(script.runs(), 2);
    assert_eq!(Error::Rejected.to_string(), "rejected");
}
