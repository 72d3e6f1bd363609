//! Names of options, and how they are written.

use super::{FUNCTION, refuses, refuses_function};

#[test]
fn unknown_options() {
    refuses("retri = 1", &["unknown option `retri`; did you mean `retry`?"]);
    refuses("attemptTimeout = \"1s\"", &["unknown option `attemptTimeout`; did you mean `attempt_timeout`?"]);
    refuses("retryIf = f", &["unknown option `retryIf`; did you mean `retry_if`?"]);
    refuses("attempt-timeout = \"1s\"", &["unknown option `attempt-timeout`; did you mean `attempt_timeout`?"]);
    refuses(
        "bananas = 1",
        &[
            "unknown option `bananas`; the options are `key`, `policy`, `retry`, `hedge`, `circuit`, `breaker`, `timeout`, \
           `attempt_timeout`, `at_least`, `deadline`, `attempt`, `budget`, `concurrency`, `rate`, `priority`, `idempotent`, `classify`, `classify_ok`, `retry_if`, `fallback`, \
           `on_reject`, `redact`, `executor`, `docs` and `crate`",
        ],
    );
}

#[test]
fn names_of_other_libraries() {
    for (word, answer) in [
        (
            "max_attempts = 3",
            "unknown option `max_attempts`: the number of attempts is part of `retry`: `retry = \"3 attempts\"`",
        ),
        ("maxRetries = 3", "unknown option `maxRetries`: the number of attempts is part of `retry`"),
        (
            "backoff = \"exponential\"",
            "unknown option `backoff`: the delay is part of `retry`: `retry = \"3 attempts, exp",
        ),
        ("sanitize = clean", "unknown option `sanitize`: write `redact` with the path of an `fn(&str) -> String`"),
        ("circuit_breaker = \"defaults\"", "unknown option `circuit_breaker`: write `circuit`"),
        ("time_limit = \"2s\"", "unknown option `time_limit`: write `timeout`: `timeout = \"2s\"`"),
        ("name = \"a\"", "unknown option `name`: write `key`: `key = \"users.get\"`"),
        ("retry_on = f", "unknown option `retry_on`: write `retry_if`"),
        ("retry_budget = \"20%\"", "unknown option `retry_budget`: write `budget`"),
        ("bulkhead = 8", "unknown option `bulkhead`: write `concurrency`: `concurrency = \"8 at once\"`"),
        ("rate_limit = 8", "unknown option `rate_limit`: write `rate`: `rate = \"100/s\"`"),
        ("criticality = \"low\"", "unknown option `criticality`: write `priority`: `priority = \"low\"`"),
        ("documentation = \"none\"", "unknown option `documentation`: write `docs`: `docs = \"none\"` leaves"),
        ("by_ref", "unknown option `by_ref`: `#[by_ref]` goes on a parameter"),
    ] {
        refuses_function(word, FUNCTION, answer);
    }
}

#[test]
fn repeated_options() {
    refuses("retry = \"3 attempts\", timeout = \"2s\", retry = FAST", &["`retry` is given twice; keep one of them"]);
    refuses("key = \"a\", key = \"b\", key = \"c\"", &["`key` is given twice; keep one of them"; 2]);
}

#[test]
fn how_options_are_written() {
    let retry = "`retry` takes text, or the path of a `const`: `retry = \"3 attempts\"`";
    let missing = "`retry` needs a value: text, or the path of a `const`, as in `retry = \"3 attempts\"`";
    refuses("retry", &[missing]);
    refuses("retry =", &[missing]);
    refuses("retry(3)", &[&format!("options are written with `=`; {retry}")]);
    refuses("retry: \"3 attempts\"", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry == 3", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry: \"5 attempts\"", &["options are written with `=`: `retry = \"5 attempts\"`"]);
    refuses("retry => 5", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("retry += 3", &["options are written with `=`: `retry = \"3 attempts\"`"]);
    refuses("\"users.get\"", &["options are written `name = value`, for example `key = \"users.get\"`"]);
    refuses("3", &["options are written `name = value`, for example `retry = \"3 attempts\"`"]);
    refuses("retry = \"3 attempts\" timeout = \"2s\"", &["a comma is missing before `timeout`"]);
    refuses(
        "classify = f retry_if = g key = \"a\"",
        &[
            "a comma is missing before `retry_if`",
            "a comma is missing before `key`",
            "`classify` and `retry_if` both classify the error: keep `classify` for all four classes, or `retry_if` for yes or no",
        ],
    );
    refuses(", retry = \"3 attempts\"", &["an option is missing between two commas"]);
}

#[test]
fn a_flag_is_a_word_alone() {
    let word = "`idempotent` takes no value: write just the word, `idempotent`";
    let off = format!("{word}; to turn it off, leave `idempotent` out");
    for arguments in [
        "idempotent = true",
        "idempotent = \"true\"",
        "idempotent = \"yes\", timeout = \"2s\"",
        "idempotent = 1",
        "idempotent = 2s",
        "idempotent =",
        "idempotent()",
        "idempotent(true)",
    ] {
        refuses(arguments, &[word]);
    }
    refuses("idempotent = false", &[&off]);
    refuses("idempotent = \"false\"", &[&off]);
    refuses("idempotent: true", &[&format!("{word}, and a comma after it")]);
    refuses("retry = FAST, idempotent, idempotent", &["`idempotent` is given twice; keep one of them"]);
    refuses("idempotant", &["unknown option `idempotant`; did you mean `idempotent`?"]);
    refuses("idempotent retry = \"3 attempts\"", &["a comma is missing before `retry`"]);
    refuses("retry = \"3 attempts\" idempotent", &["a comma is missing before `idempotent`"]);
    refuses("retry = FAST idempotent, timeout = \"2s\"", &["a comma is missing before `idempotent`"]);
}
