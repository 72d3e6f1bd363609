//! Errors that a caller gets, and rejections that are found in them.

#![allow(clippy::items_after_statements, reason = "a scenario stands beside what is asserted of it")]

use recourse::{Rejected, Rejection, RejectionKind, rejection, resilient};
use recourse_tests::ms;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io;

/// Each ready-made error type takes a rejection, and gives it back.
#[tokio::test(start_paused = true)]
async fn ready_made_error_types_carry_a_rejection() {
    #[resilient(key = "slow", timeout = "5ms")]
    async fn with_anyhow() -> anyhow::Result<()> {
        std::future::pending().await
    }
    #[resilient(key = "slow", timeout = "5ms")]
    async fn with_box() -> Result<(), Box<dyn Error + Send + Sync>> {
        std::future::pending().await
    }
    #[resilient(key = "slow", timeout = "5ms")]
    async fn with_io() -> io::Result<()> {
        std::future::pending().await
    }
    #[resilient(key = "slow", timeout = "5ms")]
    async fn with_string() -> Result<(), String> {
        std::future::pending().await
    }
    #[resilient(key = "slow", timeout = "5ms")]
    async fn with_the_rejection_itself() -> Result<(), Rejected> {
        std::future::pending().await
    }

    let text = "`slow` timed out after 5ms, in 1 attempt";
    let found = |rejection: Option<&Rejection>| {
        rejection.map(|r| (r.kind(), r.key().to_string(), r.attempts(), r.elapsed() >= ms(5)))
    };
    let expected = Some((RejectionKind::Timeout, "slow".to_owned(), 1, true));

    let error = with_anyhow().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), found(rejection(error.as_ref()))), (text, expected.clone()));
    assert_eq!(
        format!("{error:#}"),
        format!("{text}: rejected by recourse (timeout)"),
        "a printed chain does not say it twice"
    );
    let error = with_box().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), found(rejection(&*error))), (text, expected.clone()));
    let error = with_io().await.unwrap_err();
    assert_eq!((error.kind(), found(rejection(&error))), (io::ErrorKind::TimedOut, expected.clone()));
    assert_eq!(with_string().await.unwrap_err(), text);
    assert_eq!(found(rejection(&with_the_rejection_itself().await.unwrap_err())), expected);
}

#[derive(Debug, thiserror::Error)]
enum ApiError {
    #[error("status {0}")]
    Status(u16),
    #[error(transparent)]
    Rejected(#[from] Rejected),
}

/// A rejection is found behind `#[error(transparent)]`, too.
#[tokio::test(start_paused = true)]
async fn a_transparent_variant_hides_nothing() {
    #[resilient(key = "slow", attempt_timeout = "5ms")]
    async fn slow() -> Result<(), ApiError> {
        std::future::pending().await
    }
    let error = slow().await.unwrap_err();
    assert_eq!(rejection(&error).map(Rejection::kind), Some(RejectionKind::AttemptTimeout));
    assert_eq!(rejection(&ApiError::Status(500)).map(Rejection::kind), None);
}

/// Without `Classify`, an error in whose chain a nested call was refused is not attempted again: the retries of both
/// levels would multiply (retry-3).
#[tokio::test(start_paused = true)]
async fn the_rejection_of_a_nested_call_is_not_attempted_again() {
    let runs = Cell::new(0);
    #[resilient(key = "inner", attempt_timeout = "5ms")]
    async fn inner() -> Result<(), ApiError> {
        std::future::pending().await
    }
    #[resilient(key = "outer", retry = "3 attempts, no delay")]
    async fn outer(runs: &Cell<u32>) -> Result<(), ApiError> {
        runs.set(runs.get() + 1);
        inner().await
    }
    assert!(outer(&runs).await.is_err());
    assert_eq!(runs.get(), 1);

    // The same where the chain is held by a type that is no error itself.
    #[resilient(key = "outer.anyhow", retry = "3 attempts, no delay")]
    async fn outer_anyhow(runs: &Cell<u32>) -> anyhow::Result<()> {
        runs.set(runs.get() + 1);
        Ok(inner().await?)
    }
    #[resilient(key = "outer.box", retry = "3 attempts, no delay")]
    async fn outer_box(runs: &Cell<u32>) -> Result<(), Box<dyn Error + Send + Sync>> {
        runs.set(runs.get() + 1);
        Ok(inner().await?)
    }
    #[resilient(key = "outer.other", retry = "3 attempts, no delay")]
    async fn outer_other(runs: &Cell<u32>) -> anyhow::Result<()> {
        runs.set(runs.get() + 1);
        anyhow::bail!("anything else")
    }
    assert!(outer_anyhow(&runs).await.is_err() && runs.replace(1) == 2);
    assert!(outer_box(&runs).await.is_err() && runs.replace(1) == 2);
    assert!(outer_other(&runs).await.is_err() && runs.replace(1) == 4);

    // Any other error of the same type is.
    #[resilient(key = "outer.status", retry = "3 attempts, no delay")]
    async fn status(runs: &Cell<u32>) -> Result<(), ApiError> {
        runs.set(runs.get() + 1);
        Err(ApiError::Status(500))
    }
    assert!(status(&runs).await.is_err());
    assert_eq!(runs.get(), 1 + 3);
}

/// classify-5: an error whose source is itself, or one that has been passed on ever so often.
#[tokio::test(start_paused = true)]
async fn a_chain_of_errors_that_does_not_end_is_left_after_a_while() {
    #[derive(Debug)]
    struct Circular;
    impl fmt::Display for Circular {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }
    impl Error for Circular {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }
    impl From<Rejected> for Circular {
        fn from(_: Rejected) -> Self {
            Self
        }
    }
    assert!(rejection(&Circular).is_none());

    // A call that classifies by the chain goes on, whoever holds the chain.
    let runs = Cell::new(0);
    #[resilient(key = "circular", retry = "3 attempts, no delay")]
    async fn circular(runs: &Cell<u32>) -> Result<(), Circular> {
        runs.set(runs.get() + 1);
        Err(Circular)
    }
    #[resilient(key = "circular.held", retry = "3 attempts, no delay")]
    async fn held(runs: &Cell<u32>) -> anyhow::Result<()> {
        runs.set(runs.get() + 1);
        Err(Circular.into())
    }
    assert!(circular(&runs).await.is_err() && runs.replace(0) == 3);
    assert!(held(&runs).await.is_err() && runs.replace(0) == 3);
}
