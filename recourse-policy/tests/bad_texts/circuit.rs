//! Bad circuit texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{CircuitPolicy, text};

#[test]
fn circuit_texts() {
    assert_faults(|text| text::strict::<CircuitPolicy>(text).map(|_| ()), "circuit", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    (
        "",
        &[fault(
            "",
            "the text is empty; write `defaults`, `sensitive`, `none`, or such as `5 failures in 10s` or `50% of 20 in 10s`",
        )],
    ),
    ("sensitve", &[fault("sensitve", "unknown word `sensitve`; did you mean `sensitive`?")]),
    ("off", &[fault("off", "unknown word `off`; did you mean `none`?")]),
    (
        "0 failures",
        &[bound(
            "0 failures",
            "`0 failures` is out of bounds: failures in a row are 1 to 1000000; write `none` for a circuit that never opens",
        )],
    ),
    (
        "1000001 failures",
        &[bound(
            "1000001 failures",
            "`1000001 failures` is out of bounds: failures in a row are 1 to 1000000; write `none` for a circuit that never opens",
        )],
    ),
    (
        "5 failures in 0s",
        &[bound("0s", "`0s` is out of bounds: a window is 1s to 1h; write how far back to look, as in `in 10s`")],
    ),
    (
        "5 failures in 2h",
        &[bound("2h", "`2h` is out of bounds: a window is 1s to 1h; write how far back to look, as in `in 10s`")],
    ),
    ("5 failures within 10s", &[fault("within", "`within` stands where `in` belongs; write `5 failures in 10s`")]),
    ("5 failures in", &[fault("5 failures in", "`5 failures in` lacks a duration; write `5 failures in 10s`")]),
    ("5 errors", &[fault("errors", "unknown word `errors`; allowed is `failures`")]),
    ("5", &[fault("5", "`5` does not say what it counts; write `5 failures` or `5% of 20 in 10s`")]),
    ("5failures", &[fault("5failures", "`5failures` needs a space; write `5 failures`")]),
    (
        "100% of 20 in 10s",
        &[bound(
            "100%",
            "`100%` is out of bounds: a circuit opens above the rate, so 1 to 99 percent are allowed; write `none` for one that never opens",
        )],
    ),
    (
        "0% of 20 in 10s",
        &[bound(
            "0%",
            "`0%` is out of bounds: a circuit opens above the rate, so 1 to 99 percent are allowed; write `none` for one that never opens",
        )],
    ),
    ("50 % of 20 in 10s", &[fault("50 %", "`50 %` has a blank before its `%`; write `50% of 20 in 10s`")]),
    (
        "50% of 0 in 10s",
        &[bound(
            "0",
            "`0` is out of bounds: the least number of calls is 1 to 1000000; write how many make a rate count, as in `50% of 20 in 10s`",
        )],
    ),
    ("50% of 20", &[fault("50% of 20", "`50% of 20` is not complete; write `50% of 20 in 10s`")]),
    ("50% failures in 10s", &[fault("failures", "`failures` stands where `of` belongs; write `50% of 20 in 10s`")]),
    ("50%", &[fault("50%", "`50%` is not complete; write `50% of 20 in 10s`")]),
    (
        "101% of 20 calls in 10s",
        &[
            bound(
                "101%",
                "`101%` is out of bounds: a circuit opens above the rate, so 1 to 99 percent are allowed; write `none` for one that never opens",
            ),
            fault("calls", "`calls` stands where `in` belongs; write `50% of 20 in 10s`"),
        ],
    ),
    (
        "50.5% of 20 in 10s",
        &[fault("50.5%", "`50.5%` is not a whole number; write digits from 0 to 9, as in `50% of 20 in 10s`")],
    ),
    (
        "cooldown 5s",
        &[fault(
            "cooldown 5s",
            "`cooldown 5s` does not say what opens the circuit; begin with such as `5 failures in 10s`",
        )],
    ),
    (
        "defaults, cooldown 5s",
        &[fault(
            "defaults, cooldown 5s",
            "`defaults` stands alone; leave out the rest, or write it all, as in `5 failures in 10s, cooldown 2s`",
        )],
    ),
    (
        "5 failures, cooldown 1ms",
        &[bound("1ms", "`1ms` is out of bounds: a cooldown is 100ms to 5m; leave it out for the default of 5s")],
    ),
    (
        "5 failures, cooldown 10m",
        &[bound("10m", "`10m` is out of bounds: a cooldown is 100ms to 5m; leave it out for the default of 5s")],
    ),
    (
        "5 failures, cooldown 30s..10s",
        &[bound(
            "30s..10s",
            "`30s..10s` is out of bounds: the longest cooldown is below the first one (5s where it is left out); write the shorter one first, as in `1s..30s`",
        )],
    ),
    (
        "5 failures, cooldown ..1s",
        &[bound(
            "..1s",
            "`..1s` is out of bounds: the longest cooldown is below the first one (5s where it is left out); write the shorter one first, as in `1s..30s`",
        )],
    ),
    ("5 failures, cooldown", &[fault("cooldown", "`cooldown` lacks a duration; write `cooldown 1s..30s`")]),
    ("5 failures, cool 5s", &[fault("cool", "unknown word `cool`; did you mean `cooldown`?")]),
    (
        "5 failures, slow 0s",
        &[bound(
            "0s",
            "`0s` is out of bounds: a slow call takes 1ms to 24h; leave `slow` out to let any success count as one",
        )],
    ),
    ("5 failures, slow", &[fault("slow", "`slow` lacks a duration; write `slow 2s`")]),
    (
        "5 failures, 0 probes",
        &[bound("0 probes", "`0 probes` is out of bounds: probes at a time are 1 to 100; leave them out for 1")],
    ),
    (
        "5 failures, 101 probes",
        &[bound("101 probes", "`101 probes` is out of bounds: probes at a time are 1 to 100; leave them out for 1")],
    ),
    ("5 failures, 3 sucesses", &[fault("sucesses", "unknown word `sucesses`; did you mean `successes`?")]),
    ("5 failures, 3", &[fault("3", "`3` does not say what it counts; write `3 probes` or `3 successes`")]),
    (
        "5 failures, 5 failures",
        &[fault("5 failures", "`5 failures` comes after another condition to open; keep one of them")],
    ),
    (
        "5 failures, 0 successes, slow 5, cooldown 99h",
        &[
            bound(
                "0 successes",
                "`0 successes` is out of bounds: successes that close are 1 to 100; leave them out for 3",
            ),
            fault("5", "`5` has no unit; did you mean `5ms` or `5s`?"),
            bound("99h", "`99h` is out of bounds: a cooldown is 100ms to 5m; leave it out for the default of 5s"),
        ],
    ),
    (
        "5 failures, 2 probes, 3 probes",
        &[fault("3 probes", "`3 probes` comes after another number of probes; keep one of them")],
    ),
    ("never", &[fault("never", "unknown word `never`; did you mean `none`?")]),
    (
        "101% of 0 calls in 10s",
        &[
            bound(
                "101%",
                "`101%` is out of bounds: a circuit opens above the rate, so 1 to 99 percent are allowed; write `none` for one that never opens",
            ),
            bound(
                "0",
                "`0` is out of bounds: the least number of calls is 1 to 1000000; write how many make a rate count, as in `50% of 20 in 10s`",
            ),
            fault("calls", "`calls` stands where `in` belongs; write `50% of 20 in 10s`"),
        ],
    ),
    (
        "5 failures, cooldown ..0s",
        &[bound(
            "0s",
            "`0s` is out of bounds: the longest cooldown is 100ms to 5m; write one in between, as in `cooldown 1s..30s`",
        )],
    ),
    (
        "5 failures, cooldown 1..5, slow 5s..9s",
        &[
            fault("1", "`1` has no unit; did you mean `1ms` or `1s`?"),
            fault("5", "`5` has no unit; did you mean `5ms` or `5s`?"),
            fault("..9s", "`..9s` is too much after `slow 5s`; leave it out"),
        ],
    ),
];
