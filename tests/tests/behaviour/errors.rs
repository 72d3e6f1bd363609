//! The errors a caller sees, and what the attribute finds out about an error type by itself.

#![allow(clippy::items_after_statements, reason = "a scenario stands beside what is asserted of it")]

use recourse::{Class, Classify, Executor, Key, Policy, Rejected, Rejection, RejectionKind, rejection, resilient};
use recourse_tests::ms;
use std::cell::Cell;
use std::error::Error;
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
/// levels would multiply (F22).
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

#[derive(Debug)]
struct Picky(bool);

impl Classify for Picky {
    fn classify(&self) -> Class {
        if self.0 { Class::RETRYABLE } else { Class::Ignore }
    }
}

impl From<Rejected> for Picky {
    fn from(_: Rejected) -> Self {
        Self(false)
    }
}

/// The attribute asks `Classify` where the error type has it, and `classify`, `retry_if`, `classify_ok` override it.
#[tokio::test(start_paused = true)]
async fn the_error_type_is_asked_unless_the_attribute_names_a_function() {
    #[resilient(key = "own", retry = "3 attempts, no delay")]
    async fn own(runs: &Cell<u32>, retry: bool) -> Result<u32, Picky> {
        runs.set(runs.get() + 1);
        Err(Picky(retry))
    }
    #[resilient(key = "named", retry = "3 attempts, no delay", classify = never)]
    async fn named(runs: &Cell<u32>) -> Result<u32, Picky> {
        runs.set(runs.get() + 1);
        Err(Picky(true))
    }
    #[resilient(key = "short", retry = "3 attempts, no delay", retry_if = always)]
    async fn short(runs: &Cell<u32>) -> Result<u32, Picky> {
        runs.set(runs.get() + 1);
        Err(Picky(false))
    }
    #[resilient(key = "values", retry = "3 attempts, no delay", classify_ok = not_yet)]
    async fn values(runs: &Cell<u32>) -> Result<u32, Picky> {
        runs.set(runs.get() + 1);
        Ok(runs.get())
    }
    fn never(_: &Picky) -> Class {
        Class::NonRetryable
    }
    fn always(_: &Picky) -> bool {
        true
    }
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of `classify_ok`")]
    fn not_yet(value: &u32) -> Class {
        if *value < 100 { Class::RETRYABLE } else { Class::Success }
    }

    let count = |expected: u32, runs: &Cell<u32>| assert_eq!(runs.replace(0), expected);
    let runs = Cell::new(0);
    let _ = own(&runs, true).await;
    count(3, &runs);
    let _ = own(&runs, false).await;
    count(1, &runs);
    let _ = named(&runs).await;
    count(1, &runs);
    let _ = short(&runs).await;
    count(3, &runs);
    assert_eq!(values(&runs).await.expect("the last value, when the attempts run out"), 3);
    count(3, &runs);
}

/// For errors that cannot implement `From<Rejected>`.
#[tokio::test(start_paused = true)]
async fn on_reject_makes_the_error() {
    #[derive(Debug, PartialEq)]
    struct Foreign(&'static str);
    #[expect(clippy::needless_pass_by_value, reason = "the signature of `on_reject`")]
    fn foreign(rejected: Rejected) -> Foreign {
        Foreign(rejected.kind().as_str())
    }
    #[resilient(key = "slow", timeout = "5ms", on_reject = foreign)]
    async fn slow() -> Result<(), Foreign> {
        std::future::pending().await
    }
    assert_eq!(slow().await, Err(Foreign("timeout")));

    let hangs = || std::future::pending::<Result<(), Foreign>>();
    let policy = Policy::new().timeout(ms(5));
    assert_eq!(
        Executor::new().call(Key::from_static("slow"), policy, hangs).on_reject(foreign).await,
        Err(Foreign("timeout"))
    );
}

/// `Class::Success` for an error: the dependency is well, and the error is returned.
#[tokio::test(start_paused = true)]
async fn an_error_can_be_a_success() {
    let call = async || Err::<(), String>("already there".into());
    let policy = Policy::new().retry(recourse::RetryPolicy::defaults());
    let result = Executor::new().call(Key::from_static("k"), policy, call).classify(|_| Class::Success).await;
    assert_eq!(result, Err("already there".into()));
}

/// What the rule for nested calls goes by, for error types that hold a rejection and classify by hand.
#[tokio::test(start_paused = true)]
async fn a_rejection_is_retryable_only_where_it_says_when() {
    #[resilient(key = "slow", timeout = "5ms")]
    async fn slow() -> Result<(), Rejected> {
        std::future::pending().await
    }
    #[resilient(key = "down", executor = executor, circuit = "1 failure, cooldown 3s", attempt_timeout = "5ms")]
    async fn down(executor: &Executor) -> Result<(), Rejected> {
        std::future::pending().await
    }
    let executor = Executor::new();
    let silent = [slow().await.unwrap_err(), down(&executor).await.unwrap_err()];
    let open = down(&executor).await.unwrap_err();
    assert!(silent.iter().all(|rejected| rejected.classify() == Class::NonRetryable));
    assert_eq!(open.classify(), Class::Retryable { after: Some(ms(3_000)) });
    assert_eq!(rejection(&open).map(Classify::classify), Some(open.classify()), "the rejection in it says the same");
    assert_eq!(Box::new(open.clone()).classify(), open.classify(), "and so does a box around it");
    assert_eq!(std::sync::Arc::new(open.clone()).classify(), open.classify());
}
