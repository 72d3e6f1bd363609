//! Every error: its message, and that the function is there all the same.

mod conflicts;
mod functions;
mod options;
mod values;

use super::{errors, without_spaces};

const FUNCTION: &str = "#[inline] async fn load(&self, id: u64) -> Result<User, Error> { self.get(id).await }";

/// The attribute on a good function gives exactly these errors, and leaves the function as it was.
#[track_caller]
fn refuses(arguments: &str, expected: &[&str]) {
    let (messages, rest) = errors(arguments, FUNCTION);
    assert_eq!(messages, expected, "#[resilient({arguments})]");
    assert_eq!(rest, without_spaces(FUNCTION), "#[resilient({arguments})]");
}

/// The attribute on this function gives exactly one error, which begins like this.
#[track_caller]
fn refuses_function(arguments: &str, function: &str, beginning: &str) {
    let (messages, rest) = errors(arguments, function);
    assert_eq!(messages.len(), 1, "{function}: {messages:#?}");
    assert!(messages[0].starts_with(beginning), "{function}: {messages:#?}");
    assert_eq!(rest, without_spaces(function));
}

#[test]
fn all_errors_are_reported_at_once() {
    let (messages, rest) = errors(
        "retri = 1, timeout = 5, key = \"a b\", retry = \"3 atempts\", classify = \"f\", retry_if = g, retry = 4",
        "fn f(#[by_ref()] a: A) -> u8 {}",
    );
    let beginnings = [
        "unknown option `retri`",
        "`retry` is given twice",
        "retry: unknown word `atempts`",
        "a duration is text",
        "`classify` takes a path, not text",
        "key: ` ` in `a b` is not allowed",
        "`classify` and `retry_if`",
        "`#[by_ref]` takes no value",
        "`#[resilient]` goes on an `async fn`, or on",
    ];
    assert_eq!(messages.len(), beginnings.len(), "{messages:#?}");
    for beginning in beginnings {
        assert!(messages.iter().any(|message| message.starts_with(beginning)), "{beginning}: {messages:#?}");
    }
    assert_eq!(rest, without_spaces("fn f(a: A) -> u8 {}"));
}

/// A value that was refused is not refused a second time by a later check.
#[test]
fn one_mistake_is_one_error() {
    for arguments in [
        "retry = \"3 atempts\", budget = \"10%\"",
        "retry = 3, classify = f",
        "timeout = 5, attempt_timeout = \"1s\"",
        "retry = Self::X, budget = SHARED",
        "hedge = Self::X, idempotent",
        "idempotent = true, classify = f, timeout = \"2s\"",
    ] {
        assert_eq!(errors(arguments, FUNCTION).0.len(), 1, "{arguments}");
    }
    let exclusive = "async fn f(&mut self) -> Result<(), E> {}";
    assert_eq!(errors("hedge = \"nome\"", exclusive).0.len(), 1, "whether it hedges is not known");
}
