//! Options against each other.

use super::{FUNCTION, errors, refuses, refuses_function};

#[test]
fn breakers() {
    let idle = "`breaker` makes the breaker of the circuit, and there is none here; name `circuit` too";
    refuses_function("breaker = make, retry = \"defaults\"", FUNCTION, idle);
    refuses_function("breaker = make, circuit = \"none\"", FUNCTION, idle);
    refuses_function(
        "circuit = \"defaults\", breaker = \"sensitive\"",
        FUNCTION,
        "`breaker` takes the path of a function; the settings go to `circuit`: `circuit = \"sensitive\"`",
    );
    refuses_function(
        "circuit = \"defaults\", breaker = |policy| make(policy)",
        FUNCTION,
        "a closure has no path; write it as a function",
    );
    refuses_function("circuit = \"defaults\", breaker = Self::make", FUNCTION, "`breaker` is evaluated once");
}

#[test]
fn fallbacks() {
    let conditional = "async fn f(a: u8, #[cfg(unix)] b: u8) -> Result<(), String> { BODY }";
    refuses_function(
        "fallback = g, timeout = \"1s\"",
        conditional,
        "`fallback` gets all arguments, and this one is not always there; write two functions, one",
    );
    let hidden = "async fn f(a: u8, #[cfg_attr(all(), cfg(unix))] b: u8) -> Result<(), String> { BODY }";
    refuses_function(
        "fallback = g, timeout = \"1s\"",
        hidden,
        "`fallback` gets all arguments, and this one is not always",
    );
    refuses_function(
        "fallback = \"g\", timeout = \"1s\"",
        FUNCTION,
        "`fallback` takes a path, not text; write it without quotes: `fallback = g`",
    );
    refuses_function(
        "fallback = |error| g(error)",
        FUNCTION,
        "`fallback` gets the arguments of `load`, and the error after them: `|this, id, error| ..`",
    );
    refuses_function(
        "on_error = g",
        FUNCTION,
        "unknown option `on_error`: write `fallback`: `fallback = Self::cached`",
    );
}

#[test]
fn options_that_exclude_each_other() {
    refuses(
        "classify = f, retry_if = g",
        &[
            "`classify` and `retry_if` both classify the error: keep `classify` for all four classes, or `retry_if` for yes or no",
        ],
    );
}

#[test]
fn options_that_do_nothing() {
    let idle = "`budget` limits retries, and nothing is retried here; name `retry` too, as in `retry = \"3 attempts\"`, or \
                leave `budget` out";
    for arguments in ["budget = \"10%\"", "budget = \"10%\", timeout = \"2s\"", "budget = SHARED, retry = \"none\""] {
        refuses(arguments, &[idle]);
    }
    refuses_function("budget = \"5%\", idempotent", FUNCTION, "`budget` limits retries, and nothing is retried here");
    refuses(
        "budget = \"5%\", hedge = \"p99\"",
        &[
            "`budget` limits retries, and nothing is retried here; name `retry` too, as in `retry = \"3 attempts\"`, or the \
           budget of hedges is part of `hedge`: `hedge = \"p99, budget 5%\"`",
        ],
    );
    for name in ["classify", "classify_ok", "retry_if"] {
        let beginning = format!("`{name}` decides about retries, hedges and the circuit, and none of them is on here");
        refuses_function(&format!("{name} = f, timeout = \"2s\""), FUNCTION, &beginning);
    }
    for arguments in [
        "budget = \"10%\", retry = FAST",
        "budget = \"10%\", policy = READS, timeout = \"2s\"",
        "classify = f",
        "classify = f, circuit = \"defaults\", timeout = \"2s\"",
        "classify_ok = f, policy = READS",
        "classify = f, timeout = \"2s\", idempotent",
    ] {
        assert_eq!(errors(arguments, FUNCTION).0, [""; 0], "{arguments}");
    }
}

#[test]
fn numbers_that_can_never_happen() {
    for (arguments, beginning) in [
        ("attempt_timeout = \"3s\", timeout = \"2s\"", "attempt_timeout: 3s is not below the timeout of 2s"),
        ("hedge = \"2s\", attempt_timeout = \"1s\"", "hedge: 2s is not below the attempt timeout of 1s"),
        (
            "retry = \"3 attempts, fixed 1s\", timeout = \"2s\"",
            "retry: the delays of `3 attempts, fixed 1s` add up to at least",
        ),
        (
            "retry = \"8 attempts\", circuit = \"5 failures\"",
            "retry: of 8 attempts that fail, attempt 5 opens the circuit of `5 failures`, and attempt 6 could never start",
        ),
    ] {
        refuses_function(arguments, FUNCTION, beginning);
    }
    // What may happen is a note, which only timelines show.
    for arguments in
        ["retry = \"8 attempts\", circuit = \"5 failures in 10s\"", "retry = \"8 attempts\", circuit = \"8 failures\""]
    {
        assert_eq!(errors(arguments, FUNCTION).0, [""; 0], "{arguments}");
    }
}
