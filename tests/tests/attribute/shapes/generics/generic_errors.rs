//! An error type that is a parameter: with a bound, and with paths instead of it.

use crate::shapes::{once_busy, send};
use recourse::{Class, Rejected, resilient};
use recourse_tests::{Fail, Script};
use std::fmt::Debug;

#[resilient(key = "shapes.generic_error", retry = "2 attempts, no delay")]
async fn bound<E: From<Rejected>>(script: &Script, fail: fn(Fail) -> E) -> Result<u32, E> {
    script.play().await.map_err(fail)
}

/// Not known to the library at all.
#[derive(Debug, PartialEq)]
struct Own(&'static str);

trait Failure: Debug {
    fn class(&self) -> Class;
    fn rejected(rejected: Rejected) -> Self;
}

impl Failure for Own {
    fn class(&self) -> Class {
        if self.0 == "busy" { Class::RETRYABLE } else { Class::NonRetryable }
    }

    fn rejected(_: Rejected) -> Self {
        Self("rejected")
    }
}

#[resilient(
    key = "shapes.generic_error_by_paths",
    retry = "2 attempts, no delay",
    classify = E::class,
    on_reject = E::rejected
)]
async fn paths<E: Failure>(script: &Script, fail: impl Fn(Fail) -> E + Clone) -> Result<u32, E> {
    script.play().await.map_err(fail)
}

#[tokio::test(start_paused = true)]
async fn an_error_may_be_a_parameter() {
    let script = once_busy();
    assert_eq!(send(bound::<Fail>(&script, |fail| fail)).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(paths(&script, |_| Own("busy"))).await.unwrap(), 1);
    assert_eq!(script.runs(), 2);
    let script = once_busy();
    assert_eq!(send(paths(&script, |_| Own("broken"))).await.unwrap_err(), Own("broken"));
    assert_eq!(script.runs(), 1);
}
