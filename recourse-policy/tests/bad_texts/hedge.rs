//! Bad hedge texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{HedgePolicy, text};

#[test]
fn hedge_texts() {
    assert_faults(|text| text::strict::<HedgePolicy>(text).map(|_| ()), "hedge", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "the text is empty; write `none`, a percentile such as `p99`, or a delay such as `200ms`")]),
    (
        "p100",
        &[bound(
            "p100",
            "`p100` is out of bounds: a percentile is p50 to p99; write `p99` to hedge the slowest of a hundred calls",
        )],
    ),
    (
        "p49",
        &[bound(
            "p49",
            "`p49` is out of bounds: a percentile is p50 to p99; write `p99` to hedge the slowest of a hundred calls",
        )],
    ),
    ("p99.9", &[fault("p99.9", "`p99.9` is not a percentile; allowed are the whole ones, p50 to p99")]),
    ("P99", &[fault("P99", "`P99` is not a percentile; did you mean `p99`?")]),
    ("99%", &[fault("99%", "`99%` is not a percentile; did you mean `p99`?")]),
    ("99th", &[fault("99th", "`99th` is not a percentile; did you mean `p99`?")]),
    ("p", &[fault("p", "`p` is not a percentile; p50 to p99 are allowed, as in `p99`")]),
    (
        "p4294967296",
        &[fault(
            "p4294967296",
            "`p4294967296` is out of bounds: a percentile is p50 to p99; write `p99` to hedge the slowest of a hundred calls",
        )],
    ),
    ("nope", &[fault("nope", "unknown word `nope`; did you mean `none`?")]),
    ("non", &[fault("non", "unknown word `non`; did you mean `none`?")]),
    (
        "defaults",
        &[fault(
            "defaults",
            "unknown word `defaults`; allowed are `none`, a percentile from p50 to p99, or a delay such as `200ms`",
        )],
    ),
    (
        "after 200ms",
        &[fault(
            "after",
            "unknown word `after`; allowed are `none`, a percentile from p50 to p99, or a delay such as `200ms`",
        )],
    ),
    ("200", &[fault("200", "`200` has no unit; did you mean `200ms` or `200s`?")]),
    (
        "0ms",
        &[bound(
            "0ms",
            "`0ms` is out of bounds: a hedge delay is 1ms to 24h; write how long to wait for the attempt before, as in `200ms`",
        )],
    ),
    (
        "200ms or 300ms",
        &[fault(
            "or 300ms",
            "only a percentile has an `or`, the delay until there are samples; write `p99 or 200ms`, or the delay alone",
        )],
    ),
    ("p99 or", &[fault("p99 or", "`p99 or` lacks a duration; write `p99 or 200ms`")]),
    (
        "p99 or 0ms",
        &[bound(
            "0ms",
            "`0ms` is out of bounds: a hedge delay is 1ms to 24h; write how long to wait for the attempt before, as in `200ms`",
        )],
    ),
    ("p99 or 200", &[fault("200", "`200` has no unit; did you mean `200ms` or `200s`?")]),
    ("p99 200ms", &[fault("200ms", "`200ms` lacks an `or` before it; write `p99 or 200ms`")]),
    (
        "p99, at most 4",
        &[bound(
            "at most 4",
            "`at most 4` is out of bounds: hedges are counted without the first attempt, 0 to 3 are allowed; write `at most 1` or `none`",
        )],
    ),
    ("p99, at most", &[fault("at most", "`at most` lacks a number; write `at most 1`")]),
    ("p99, at least 1", &[fault("least", "`least` stands where `most` belongs; write `at most 1`")]),
    ("p99, atmost 1", &[fault("atmost", "unknown word `atmost`; did you mean `at most N`?")]),
    ("p99, at most one", &[fault("one", "`one` is not a whole number; write digits from 0 to 9, as in `at most 1`")]),
    ("p99, 2 hedges", &[fault("2 hedges", "`2 hedges` is not how hedges are counted; write `at most 2`")]),
    ("p99, budget", &[fault("budget", "`budget` is not complete; write `budget 5% + 1/s`")]),
    ("p99, budget 5", &[fault("5", "`5` lacks a `%`; did you mean `5%`?")]),
    (
        "p99, budget defaults",
        &[fault("defaults", "`defaults` does not stand in a hedge text; leave the budget out for `budget 5% + 1/s`")],
    ),
    (
        "p99, budget 101%",
        &[bound(
            "101%",
            "`101%` is out of bounds: a hedge budget is 0% to 100% of the calls that succeed without a retry; write `budget none` for no limit",
        )],
    ),
    (
        "p99, budget 0%",
        &[bound(
            "0%",
            "`0%` is out of bounds: it would deny every hedge; write hedge `none` for that, or at least `budget 1%`",
        )],
    ),
    ("p99, budget 5% + 1", &[fault("1", "`1` is not a number per second; write `budget 5% + 1/s`")]),
    ("p99, budget 5% +", &[fault("budget 5% +", "`budget 5% +` ends with its `+`; write `budget 5% + 1/s`")]),
    (
        "p99, budget 5% + 200000/s",
        &[bound(
            "200000/s",
            "`200000/s` is out of bounds: a hedge budget adds 0 to 100000 per second; write `budget none` for no limit",
        )],
    ),
    ("p99, fail fast", &[fault("fast", "`fast` stands where `slow` belongs; write `fail slow`")]),
    ("p99, fail", &[fault("fail", "`fail` is not complete; write `fail slow`")]),
    (
        "p99, fail slow, fail slow",
        &[fault("fail slow", "`fail slow` comes after another `fail slow`; keep one of them")],
    ),
    (
        "at most 2",
        &[fault(
            "at most 2",
            "`at most 2` stands where the delay belongs; begin with `none`, a percentile such as `p99`, or a delay such as `200ms`",
        )],
    ),
    (
        "none, at most 2",
        &[fault("none, at most 2", "`none` stands alone; leave out the rest, or write it all, as in `p99, at most 1`")],
    ),
];
