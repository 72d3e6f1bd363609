//! Bad retry texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{RetryPolicy, text};

#[test]
fn retry_texts() {
    assert_faults(|text| text::strict::<RetryPolicy>(text).map(|_| ()), "retry", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "the text is empty; write `defaults`, `none`, or such as `3 attempts, exponential 10ms..250ms`")]),
    (
        "   ",
        &[fault(
            "   ",
            "the text is empty; write `defaults`, `none`, or such as `3 attempts, exponential 10ms..250ms`",
        )],
    ),
    (
        "exponental",
        &[
            fault(
                "exponental",
                "`exponental` stands where the number of attempts belongs; write `3 attempts, exponential 10ms..250ms`",
            ),
            fault("exponental", "unknown word `exponental`; did you mean `exponential`?"),
        ],
    ),
    (
        "3 attempts, exponental 10ms..250ms",
        &[fault("exponental", "unknown word `exponental`; did you mean `exponential`?")],
    ),
    (
        "0 attempts",
        &[bound(
            "0 attempts",
            "`0 attempts` is out of bounds: attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end",
        )],
    ),
    (
        "101 attempts",
        &[bound(
            "101 attempts",
            "`101 attempts` is out of bounds: attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end",
        )],
    ),
    (
        "4294967296 attempts",
        &[fault(
            "4294967296",
            "`4294967296` is out of bounds: attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end",
        )],
    ),
    ("-2 attempts", &[fault("-2", "`-2` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    ("+3 attempts", &[fault("+", "`+` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    ("3.5 attempts", &[fault("3.5", "`3.5` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    ("1e3 attempts", &[fault("1e3", "`1e3` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    ("0x10 attempts", &[fault("0x10", "`0x10` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    ("3attempts", &[fault("3attempts", "`3attempts` needs a space; write `3 attempts`")]),
    ("3", &[fault("3", "`3` does not say what it counts; did you mean `3 attempts`?")]),
    (
        "2 retries",
        &[fault(
            "2 retries",
            "`2 retries` counts without the first attempt, and attempts count it too; did you mean `3 attempts`?",
        )],
    ),
    ("3 tries", &[fault("3 tries", "`3 tries` is not in attempts; did you mean `3 attempts`?")]),
    ("3 atempts", &[fault("atempts", "unknown word `atempts`; did you mean `attempts`?")]),
    ("attempts 3", &[fault("attempts", "`attempts` lacks its number before it; write `3 attempts`")]),
    ("٣ attempts", &[fault("٣", "`٣` is not a whole number; write digits from 0 to 9, as in `3 attempts`")]),
    (
        "exponential 10ms..250ms",
        &[fault(
            "exponential 10ms..250ms",
            "`exponential 10ms..250ms` stands where the number of attempts belongs; write `3 attempts, exponential 10ms..250ms`",
        )],
    ),
    (
        "no jitter",
        &[fault(
            "no jitter",
            "`no jitter` stands where the number of attempts belongs; write `3 attempts, exponential 10ms..250ms`",
        )],
    ),
    ("default", &[fault("default", "unknown word `default`; did you mean `defaults`?")]),
    ("DEFAULTS", &[fault("DEFAULTS", "unknown word `DEFAULTS`; did you mean `defaults`?")]),
    (
        "none, full jitter",
        &[fault(
            "none, full jitter",
            "`none` stands alone; leave out the rest, or write it all, as in `3 attempts, no jitter`",
        )],
    ),
    (
        "defaults no jitter",
        &[fault(
            "defaults no jitter",
            "`defaults` stands alone; leave out the rest, or write it all, as in `3 attempts, no jitter`",
        )],
    ),
    ("3 attempts,", &[fault(",", "nothing stands beside this comma; leave it out")]),
    (",3 attempts", &[fault(",", "nothing stands beside this comma; leave it out")]),
    ("3 attempts,, full jitter", &[fault(",", "nothing stands beside this comma; leave it out")]),
    (
        "3 attempts fixed 5ms",
        &[fault("fixed 5ms", "`fixed 5ms` is too much after `3 attempts`; leave it out, or put a comma before it")],
    ),
    ("3 attempts, fixed", &[fault("fixed", "`fixed` lacks a duration; write `fixed 50ms`")]),
    ("3 attempts, fixed 5", &[fault("5", "`5` has no unit; did you mean `5ms` or `5s`?")]),
    ("3 attempts, fixed 5 ms", &[fault("5 ms", "`5 ms` has a blank between number and unit; did you mean `5ms`?")]),
    (
        "3 attempts, fixed 0ms",
        &[bound("0ms", "`0ms` is out of bounds: a delay is 1ms to 1h; write `no delay` to retry at once")],
    ),
    (
        "3 attempts, fixed 61m",
        &[bound("61m", "`61m` is out of bounds: a delay is 1ms to 1h; write `no delay` to retry at once")],
    ),
    ("3 attempts, fixed 5ms..10ms", &[fault("..10ms", "`..10ms` is too much after `fixed 5ms`; leave it out")]),
    (
        "3 attempts, exponential 250ms..10ms",
        &[bound(
            "250ms..10ms",
            "`250ms..10ms` is out of bounds: the longest delay is below the first one; write the shorter one first, as in `10ms..250ms`",
        )],
    ),
    (
        "3 attempts, exponential 2h..10ms",
        &[
            bound("2h", "`2h` is out of bounds: the first delay is 1ms to 1h; write `no delay` to retry at once"),
            bound(
                "2h..10ms",
                "`2h..10ms` is out of bounds: the longest delay is below the first one; write the shorter one first, as in `10ms..250ms`",
            ),
        ],
    ),
    (
        "3 attempts, exponential 0ms..2h",
        &[
            bound("0ms", "`0ms` is out of bounds: the first delay is 1ms to 1h; write `no delay` to retry at once"),
            bound(
                "2h",
                "`2h` is out of bounds: the longest delay is 1ms to 1h; write one in between, as in `10ms..250ms`",
            ),
        ],
    ),
    (
        "3 attempts, exponential 10..250",
        &[
            fault("10", "`10` has no unit; did you mean `10ms` or `10s`?"),
            fault("250", "`250` has no unit; did you mean `250ms` or `250s`?"),
        ],
    ),
    (
        "3 attempts, exponential 10ms",
        &[fault("exponential 10ms", "`exponential 10ms` has no second duration; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential 10ms..",
        &[fault("exponential 10ms..", "`exponential 10ms..` lacks a duration; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential ..250ms",
        &[fault("exponential", "`exponential` lacks a duration; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential 10ms...250ms",
        &[fault("...", "`...` stands where `..` belongs; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential 10ms..=250ms",
        &[fault("..=", "`..=` stands where `..` belongs; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential 10ms-250ms",
        &[fault(
            "-",
            "`10ms-250ms` has `-` where a number belongs; write a number and a unit, such as `500ms`, or a range such as `10ms..250ms`",
        )],
    ),
    (
        "3 attempts, exponential 10ms to 250ms",
        &[fault("to", "`to` stands where `..` belongs; write `exponential 10ms..250ms`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms x0.5",
        &[bound("x0.5", "`x0.5` is out of bounds: a factor is x1 to x10; write `x2` to double the delay each time")],
    ),
    (
        "3 attempts, exponential 10ms..250ms x11",
        &[bound("x11", "`x11` is out of bounds: a factor is x1 to x10; write `x2` to double the delay each time")],
    ),
    (
        "3 attempts, exponential 10ms..250ms xNaN",
        &[fault("xNaN", "`xNaN` is not a factor; write an `x` and a number, as in `x2` or `x1.5`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms xinf",
        &[fault("xinf", "`xinf` is not a factor; write an `x` and a number, as in `x2` or `x1.5`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms x1.2345",
        &[fault("x1.2345", "`x1.2345` has more than three decimals; write fewer, as in `x1.5`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms x99999999",
        &[fault(
            "x99999999",
            "`x99999999` is out of bounds: a factor is x1 to x10; write `x2` to double the delay each time",
        )],
    ),
    (
        "3 attempts, exponential 10ms..250ms 2x",
        &[fault("2x", "`2x` is not a factor; write an `x` and a number, as in `x2`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms X2",
        &[fault("X2", "`X2` is not a factor; write an `x` and a number, as in `x2`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms x",
        &[fault("x", "`x` is not a factor; write an `x` and a number, as in `x2` or `x1.5`")],
    ),
    (
        "3 attempts, exponential 10ms..250ms twice",
        &[fault(
            "twice",
            "`twice` is too much after `exponential 10ms..250ms`; leave it out, or put a comma before it",
        )],
    ),
    ("3 attempts, full", &[fault("full", "`full` is not complete; write `full jitter`")]),
    ("3 attempts, full jiter", &[fault("jiter", "unknown word `jiter`; did you mean `jitter`?")]),
    ("3 attempts, no", &[fault("no", "`no` is not complete; write `no delay` or `no jitter`")]),
    ("3 attempts, no dealy", &[fault("dealy", "unknown word `dealy`; did you mean `delay`?")]),
    (
        "3 attempts, random jitter",
        &[fault(
            "random",
            "unknown word `random`; allowed are `exponential`, `linear`, `fixed`, `no`, `full`, `equal`, `decorrelated`, `pushback`, `fresh` and `over`",
        )],
    ),
    (
        "3 attempts, full jitter, equal jitter",
        &[fault("equal jitter", "`equal jitter` comes after another jitter; keep one of them")],
    ),
    (
        "3 attempts, fixed 5ms, linear 1ms..2ms",
        &[fault("linear 1ms..2ms", "`linear 1ms..2ms` comes after another delay; keep one of them")],
    ),
    (
        "3 attempts, fixed 5ms, fixed 99h",
        &[
            fault("fixed 99h", "`fixed 99h` comes after another delay; keep one of them"),
            bound("99h", "`99h` is out of bounds: a delay is 1ms to 1h; write `no delay` to retry at once"),
        ],
    ),
    (
        "3 attempts, 4 attempts",
        &[fault("4 attempts", "`4 attempts` comes after another number of attempts; keep one of them")],
    ),
    ("3 attempts, defaults", &[fault("defaults", "`defaults` stands alone; leave it out, or leave out the rest")]),
    (
        "500 attempts, exponental 1ms..2ms, fixed 5",
        &[
            bound(
                "500 attempts",
                "`500 attempts` is out of bounds: attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end",
            ),
            fault("exponental", "unknown word `exponental`; did you mean `exponential`?"),
            fault("5", "`5` has no unit; did you mean `5ms` or `5s`?"),
        ],
    ),
    (
        "three attempts",
        &[fault("three", "unknown word `three`; allowed are `defaults`, `none`, `forever` and `N attempts`")],
    ),
    (
        "expo 1ms..2ms",
        &[
            fault(
                "expo 1ms..2ms",
                "`expo 1ms..2ms` stands where the number of attempts belongs; write `3 attempts, exponential 10ms..250ms`",
            ),
            fault("expo", "unknown word `expo`; did you mean `exponential`?"),
        ],
    ),
    (
        "3 attempts, exponential 10ms..250m",
        &[bound(
            "250m",
            "`250m` is out of bounds: the longest delay is 1ms to 1h; write one in between, as in `10ms..250ms`",
        )],
    ),
    (
        "3 attempts, linear 99h..5",
        &[
            bound("99h", "`99h` is out of bounds: the first delay is 1ms to 1h; write `no delay` to retry at once"),
            fault("5", "`5` has no unit; did you mean `5ms` or `5s`?"),
        ],
    ),
    (
        "3 attempts, linear 1h..5ms, linear 5..9s",
        &[
            bound(
                "1h..5ms",
                "`1h..5ms` is out of bounds: the longest delay is below the first one; write the shorter one first, as in `10ms..250ms`",
            ),
            fault("5", "`5` has no unit; did you mean `5ms` or `5s`?"),
        ],
    ),
    (
        "3 attempts, linear 1h..0ms",
        &[bound(
            "0ms",
            "`0ms` is out of bounds: the longest delay is 1ms to 1h; write one in between, as in `10ms..250ms`",
        )],
    ),
];
