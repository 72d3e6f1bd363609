//! Bad retry texts about attempts without end, pushbacks and fresh counts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{RetryPolicy, text};

#[test]
fn retry_texts() {
    assert_faults(|text| text::strict::<RetryPolicy>(text).map(|_| ()), "retry", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    (
        "-1 attempts",
        &[fault("-1 attempts", "`-1 attempts` is not how attempts without end are written; did you mean `forever`?")],
    ),
    ("-1", &[fault("-1", "`-1` is not how attempts without end are written; did you mean `forever`?")]),
    (
        "infinite",
        &[fault("infinite", "`infinite` is not how attempts without end are written; did you mean `forever`?")],
    ),
    (
        "infinite attempts, fixed 1s",
        &[fault(
            "infinite attempts",
            "`infinite attempts` is not how attempts without end are written; did you mean `forever`?",
        )],
    ),
    (
        "unlimited",
        &[fault("unlimited", "`unlimited` is not how attempts without end are written; did you mean `forever`?")],
    ),
    (
        "until success",
        &[fault(
            "until success",
            "`until success` is not how attempts without end are written; did you mean `forever`?",
        )],
    ),
    (
        "until it succeeds, fixed 1m",
        &[fault(
            "until it succeeds",
            "`until it succeeds` is not how attempts without end are written; did you mean `forever`?",
        )],
    ),
    (
        "\u{221e}",
        &[fault("\u{221e}", "`\u{221e}` is not how attempts without end are written; did you mean `forever`?")],
    ),
    (
        "\u{221e} attempts",
        &[fault(
            "\u{221e} attempts",
            "`\u{221e} attempts` is not how attempts without end are written; did you mean `forever`?",
        )],
    ),
    ("foreever", &[fault("foreever", "unknown word `foreever`; did you mean `forever`?")]),
    ("Forever", &[fault("Forever", "unknown word `Forever`; did you mean `forever`?")]),
    (
        "forever attempts",
        &[fault("attempts", "`attempts` is too much after `forever`; leave it out, or put a comma before it")],
    ),
    (
        "forever, 3 attempts",
        &[fault("3 attempts", "`3 attempts` comes after another number of attempts; keep one of them")],
    ),
    ("3 attempts, forever", &[fault("forever", "`forever` comes after another number of attempts; keep one of them")]),
    (
        "forever, no delay",
        &[bound(
            "no delay",
            "`no delay` is out of bounds: `forever` without a delay would retry without a pause; write a delay, as in `forever, exponential 1s..1m`",
        )],
    ),
    (
        "3 attempts, no delay, fresh after 1m",
        &[bound(
            "no delay",
            "`no delay` is out of bounds: `fresh after` without a delay could retry without an end and without a pause; write a delay, as in `3 attempts, fixed 1ms, fresh after 1m`",
        )],
    ),
    ("3 attempts, pushback 5m", &[fault("5m", "`5m` stands where `up` belongs; write `pushback up to 5m`")]),
    ("3 attempts, pushback up 5m", &[fault("5m", "`5m` stands where `to` belongs; write `pushback up to 5m`")]),
    (
        "3 attempts, pushback up to",
        &[fault("pushback up to", "`pushback up to` lacks a duration; write `pushback up to 5m`")],
    ),
    ("3 attempts, pushback up to 5", &[fault("5", "`5` has no unit; did you mean `5ms` or `5s`?")]),
    (
        "3 attempts, pushback up to 25h",
        &[bound(
            "25h",
            "`25h` is out of bounds: `pushback up to` takes 1ms to 24h; leave it out for what the timeout leaves, or 30s",
        )],
    ),
    (
        "3 attempts, pushback up to 1m, pushback up to 2m",
        &[fault("pushback up to 2m", "`pushback up to 2m` comes after another pushback; keep one of them")],
    ),
    ("3 attempts, fresh 5m", &[fault("5m", "`5m` stands where `after` belongs; write `fresh after 5m`")]),
    (
        "3 attempts, fresh after 0s",
        &[bound(
            "0s",
            "`0s` is out of bounds: `fresh after` takes 1ms to 24h; leave it out to count all attempts of a call",
        )],
    ),
    (
        "pushback up to 5m",
        &[fault(
            "pushback up to 5m",
            "`pushback up to 5m` stands where the number of attempts belongs; write `3 attempts, exponential 10ms..250ms`",
        )],
    ),
    (
        "3 attempts, fixed 2h",
        &[bound("2h", "`2h` is out of bounds: a delay is 1ms to 1h; write `no delay` to retry at once")],
    ),
];
