//! Bad concurrency texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{ConcurrencyPolicy, text};

#[test]
fn concurrency_texts() {
    assert_faults(|text| text::strict::<ConcurrencyPolicy>(text).map(|_| ()), "concurrency", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "the text is empty; write `none`, or such as `8 at once`, `8 at once, wait 50ms` or `adaptive`")]),
    ("8", &[fault("8", "`8` does not say what it counts; did you mean `8 at once`?")]),
    ("8 calls", &[fault("8 calls", "`8 calls` is not how the limit is written; did you mean `8 at once`?")]),
    (
        "8 concurrent",
        &[fault("8 concurrent", "`8 concurrent` is not how the limit is written; did you mean `8 at once`?")],
    ),
    ("8 at", &[fault("8 at", "`8 at` is not complete; write `8 at once`")]),
    ("8 one", &[fault("8 one", "`8 one` is not how the limit is written; did you mean `8 at once`?")]),
    (
        "10/s",
        &[fault(
            "10/s",
            "`10/s` is a rate; did you mean the section `rate`? How many run at once is written as in `8 at once`",
        )],
    ),
    ("off", &[fault("off", "unknown word `off`; did you mean `none`?")]),
    ("adaptiv", &[fault("adaptiv", "unknown word `adaptiv`; did you mean `adaptive`?")]),
    (
        "unlimited",
        &[fault(
            "unlimited",
            "unknown word `unlimited`; allowed are `none`, `N at once`, `adaptive` and `adaptive A..B`",
        )],
    ),
    ("wait 5ms", &[fault("wait 5ms", "`wait 5ms` does not say how many run at once; begin with such as `8 at once`")]),
    (
        "0 at once",
        &[bound("0 at once", "`0 at once` is out of bounds: at once are 1 to 65536; write `none` for no limit")],
    ),
    (
        "65537 at once, wait 0ms",
        &[
            bound(
                "65537 at once",
                "`65537 at once` is out of bounds: at once are 1 to 65536; write `none` for no limit",
            ),
            bound("0ms", "`0ms` is out of bounds: `wait` takes 1ms to 1h; leave it out to be refused at once"),
        ],
    ),
    ("adaptive 200..4", &[fault("200..4", "`200..4` has the larger number first; did you mean `4..200`?")]),
    (
        "4..200",
        &[fault("4..200", "`4..200` is a range, which is for a limit that adapts; did you mean `adaptive 4..200`?")],
    ),
    ("adaptive 4", &[fault("adaptive 4", "`adaptive 4` has no second number; write `adaptive 4..200`")]),
    ("adaptive 4..", &[fault("adaptive 4..", "`adaptive 4..` has no second number; write `adaptive 4..200`")]),
    (
        "adaptive 0..5",
        &[bound("0", "`0` is out of bounds: the smallest limit is 1 to 65536; leave the range out for 1..1000")],
    ),
    (
        "8 at once, 50ms",
        &[fault("50ms", "`50ms` comes after the limit, and does not say what it is; write `wait 50ms` or `queue 20`")],
    ),
    ("8 at once, wait 50", &[fault("50", "`50` has no unit; did you mean `50ms` or `50s`?")]),
    ("8 at once, wait 1s, wait 2s", &[fault("wait 2s", "`wait 2s` comes after another `wait`; keep one of them")]),
    ("8 at once, wait 1s, queue 50ms", &[fault("50ms", "`50ms` is a time, and this is a number; write `50`")]),
    ("8 at once, wait 1s, queue", &[fault("queue", "`queue` is not complete; write `queue 20`")]),
    (
        "8 at once, wait 1s, queue 0",
        &[bound(
            "queue 0",
            "`queue 0` is out of bounds: `queue` takes 1 to 65536; leave it out for as many places as slots",
        )],
    ),
    ("8 at once, adaptive", &[fault("adaptive", "`adaptive` comes after another limit; keep one of them")]),
    ("8 at once, waits 5ms", &[fault("waits", "unknown word `waits`; did you mean `wait`?")]),
    (
        "none, wait 5ms",
        &[fault(
            "none, wait 5ms",
            "`none` stands alone; leave out the rest, or write it all, as in `8 at once, wait 50ms`",
        )],
    ),
];
