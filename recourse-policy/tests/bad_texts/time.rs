//! Bad durations and timeouts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::text;

#[test]
fn durations() {
    assert_faults(|text| text::duration(text).map(|_| ()).map_err(|fault| vec![fault]), "duration", DURATIONS);
}

#[test]
fn timeouts() {
    assert_faults(|text| text::strict_duration("timeout", text).map(|_| ()), "timeout", TIMEOUTS);
}

const DURATIONS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "a duration is missing; write a number and a unit, such as `500ms`")]),
    ("10", &[fault("10", "`10` has no unit; did you mean `10ms` or `10s`?")]),
    ("0", &[fault("0", "`0` has no unit; write a number and a unit, such as `500ms`")]),
    ("-5ms", &[fault("-5ms", "`-5ms` is negative; did you mean `5ms`?")]),
    ("+5ms", &[fault("+5ms", "`+5ms` has a sign; write a number and a unit, such as `500ms`")]),
    ("5 ms", &[fault("5 ms", "`5 ms` has a blank between number and unit; did you mean `5ms`?")]),
    ("5MS", &[fault("5MS", "`5MS` has the unknown unit `MS`; did you mean `5ms`?")]),
    ("5min", &[fault("5min", "`5min` has the unknown unit `min`; did you mean `5m`?")]),
    ("5sec", &[fault("5sec", "`5sec` has the unknown unit `sec`; did you mean `5s`?")]),
    (
        "1h-5m",
        &[fault(
            "-",
            "`1h-5m` has `-` where a number belongs; write a number and a unit, such as `500ms`, or a range such as `10ms..250ms`",
        )],
    ),
    (".5s", &[fault(".5s", "`.5s` has no digit before the point; write `0.5s`")]),
    ("5.s", &[fault("5.s", "`5.s` has no digit behind the point; write `5s`")]),
    ("1e3s", &[fault("1e3s", "`1e3s` has an exponent; write the number in full, as in `1000s`")]),
    ("1E-3s", &[fault("1E-3s", "`1E-3s` has an exponent; write the number in full, as in `1000s`")]),
    (
        "18446744073709551616s",
        &[fault(
            "18446744073709551616s",
            "`18446744073709551616s` is longer than any duration can be; the longest that is allowed anywhere is `24h`",
        )],
    ),
    (
        "99999999999999999999999999999999999999999999h",
        &[fault(
            "99999999999999999999999999999999999999999999h",
            "`99999999999999999999999999999999999999999999h` is longer than any duration can be; the longest that is allowed anywhere is `24h`",
        )],
    ),
    ("999999999999d", &[fault("999999999999d", "`999999999999d` is in days; write hours: `23999999999976h`")]),
    ("2d", &[fault("2d", "`2d` is in days; write hours: `48h`")]),
    ("inf", &[fault("inf", "`inf` is not a duration; write a number and a unit, such as `500ms`")]),
    ("NaN", &[fault("NaN", "`NaN` is not a duration; write a number and a unit, such as `500ms`")]),
    ("٥ms", &[fault("٥ms", "`٥ms` has a digit that is not one of 0 to 9; write a number and a unit, such as `500ms`")]),
    ("5٥ms", &[fault("5٥ms", "`5٥ms` has `٥` where a unit belongs; write a number and a unit, such as `500ms`")]),
    ("5µs", &[fault("5µs", "`5µs` has the unknown unit `µs`; did you mean `5us`?")]),
    ("5μs", &[fault("5μs", "`5μs` has the unknown unit `μs`; did you mean `5us`?")]),
    ("5ns", &[fault("5ns", "`5ns` is in nanoseconds; the smallest unit is us: write `0.005us`")]),
    ("1m30", &[fault("30", "`30` has no unit; did you mean `30s`?")]),
    ("30s1m", &[fault("1m", "`30s1m` has `m` after `s`; each unit stands once, the larger first, as in `1m30s`")]),
    ("1s1s", &[fault("1s", "`1s1s` has `s` after `s`; each unit stands once, the larger first, as in `1m30s`")]),
    (
        "1.5m30s",
        &[fault("30s", "`1.5m30s` has a fraction before its last part; write whole numbers there, as in `1m30.5s`")],
    ),
    ("1m 30s", &[fault(" ", "`1m 30s` has a blank in it; write `1m30s`")]),
    ("0.0001us", &[fault("0.0001us", "`0.0001us` is finer than a nanosecond; write fewer decimals")]),
    (
        "1_000ms",
        &[fault("1_000ms", "`1_000ms` has `_` where a unit belongs; write a number and a unit, such as `500ms`")],
    ),
    ("5foo", &[fault("5foo", "`5foo` has the unknown unit `foo`; allowed are us, ms, s, m and h")]),
    (
        "5ms!",
        &[fault(
            "!",
            "`5ms!` has `!` where a number belongs; write a number and a unit, such as `500ms`, or a range such as `10ms..250ms`",
        )],
    ),
    ("5.5.5s", &[fault("5.5.5s", "`5.5.5s` has `.` where a unit belongs; write a number and a unit, such as `500ms`")]),
    ("0x10s", &[fault("0x", "`0x` has the unknown unit `x`; allowed are us, ms, s, m and h")]),
];

const TIMEOUTS: &[(&str, &[Expected])] = &[
    ("0ms", &[bound("0ms", "`0ms` is out of bounds: a timeout is 1ms to 24h; leave it out for none")]),
    ("25h", &[bound("25h", "`25h` is out of bounds: a timeout is 1ms to 24h; leave it out for none")]),
    ("500", &[fault("500", "`500` has no unit; did you mean `500ms` or `500s`?")]),
    (" 0ms ", &[bound("0ms", "`0ms` is out of bounds: a timeout is 1ms to 24h; leave it out for none")]),
];
