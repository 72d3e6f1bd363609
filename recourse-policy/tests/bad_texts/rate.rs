//! Bad rate texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{RatePolicy, text};

#[test]
fn rate_texts() {
    assert_faults(|text| text::strict::<RatePolicy>(text).map(|_| ()), "rate", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "the text is empty; write `none`, or such as `100/s`, `90/m, burst 5` or `1000/h, wait 2s`")]),
    ("100", &[fault("100", "`100` does not say in which time; write `100/s`, `100/m` or `100/h`")]),
    (
        "100 per second",
        &[fault("100 per second", "`100 per second` is not how a rate is written; did you mean `100/s`?")],
    ),
    ("100 / m", &[fault("100 / m", "`100 / m` is not how a rate is written; did you mean `100/m`?")]),
    ("100/min", &[fault("100/min", "`100/min` is not how a rate is written; did you mean `100/m`?")]),
    ("100/", &[fault("100/", "`100/` has no time after its `/`; write `100/s`, `100/m` or `100/h`")]),
    ("100/d", &[fault("100/d", "`100/d` has no time after its `/`; write `100/s`, `100/m` or `100/h`")]),
    ("1.5/s", &[fault("1.5/s", "`1.5/s` is not a whole number; write digits from 0 to 9, as in `100/s`")]),
    ("off", &[fault("off", "unknown word `off`; did you mean `none`?")]),
    ("burst 5", &[fault("burst 5", "`burst 5` does not say how many in which time; begin with such as `100/s`")]),
    (
        "0/s",
        &[bound(
            "0/s",
            "`0/s` is out of bounds: a rate is 1 to 3600000000 an hour, which is 1000000/s; write `none` for no limit",
        )],
    ),
    (
        "1000001/s",
        &[bound(
            "1000001/s",
            "`1000001/s` is out of bounds: a rate is 1/h to 1000000/s, or 60000000/m; write `none` for no limit",
        )],
    ),
    (
        "100/s, 20",
        &[fault("20", "`20` comes after the rate, and does not say what it is; write `burst 20` or `wait 500ms`")],
    ),
    (
        "100/s, burst 0",
        &[bound(
            "burst 0",
            "`burst 0` is out of bounds: a burst is 1 to 1000000; leave it out for a tenth of a second's worth",
        )],
    ),
    ("100/s, burst", &[fault("burst", "`burst` is not complete; write `burst 20`")]),
    ("100/s, per attempt", &[fault("attempt", "`attempt` stands where `call` belongs; write `per call`")]),
    ("100/s, brust 5", &[fault("brust", "unknown word `brust`; did you mean `burst`?")]),
    ("100/s, wait 1s, wait 2s", &[fault("wait 2s", "`wait 2s` comes after another `wait`; keep one of them")]),
];
