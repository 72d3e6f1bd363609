//! Classifiers: the error type, or a function that the attribute names.

#![allow(clippy::items_after_statements, reason = "a scenario stands beside what is asserted of it")]

use recourse::{Class, Classify, Executor, Key, Policy, Rejected, rejection, resilient};
use recourse_tests::ms;
use std::cell::Cell;
use std::fmt::Debug;

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
    #[resilient(key = "classify.own", retry = "3 attempts, no delay")]
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
    #[resilient(key = "classify.slow", timeout = "5ms")]
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
