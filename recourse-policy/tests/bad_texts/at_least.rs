//! Bad texts of the least time that a call begins with.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{AtLeast, text};

#[test]
fn at_least_texts() {
    assert_faults(|text| text::strict::<AtLeast>(text).map(|_| ()), "at_least", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    (
        "",
        &[fault(
            "",
            "the text is empty; write a duration such as `40ms`, or a percentile such as `p50` or `p50 or 40ms`",
        )],
    ),
    ("none", &[fault("none", "there is no `none`: leave `at_least` out, and any time is enough to begin with")]),
    ("40", &[fault("40", "`40` has no unit; did you mean `40ms` or `40s`?")]),
    ("0s", &[bound("0s", "`0s` is out of bounds: the least time to begin with is 1ms to 24h; leave it out for any")]),
    ("median", &[fault("median", "`median` is not a percentile; p50 to p99 are allowed, as in `p50`")]),
    ("50th", &[fault("50th", "`50th` is not a percentile; did you mean `p50`?")]),
    (
        "p5",
        &[bound(
            "p5",
            "`p5` is out of bounds: a percentile is p50 to p99; write `p50` for what half of the attempts take",
        )],
    ),
    ("p50 40ms", &[fault("40ms", "`40ms` lacks an `or` before it; write `p50 or 40ms`")]),
    (
        "40ms or p50",
        &[fault(
            "or p50",
            "only a percentile has an `or`, the time until there are samples; write `p50 or 40ms`, or the time alone",
        )],
    ),
    (
        "p50 or 25h",
        &[bound("25h", "`25h` is out of bounds: the least time to begin with is 1ms to 24h; leave it out for any")],
    ),
    (
        "p50, 40ms",
        &[fault(
            "40ms",
            "`40ms` is too much: there is one part; write a duration such as `40ms`, or a percentile such as `p50` or `p50 or 40ms`",
        )],
    ),
];
