//! Values that do not go together, or are out of bounds: reports if the document can be used in spite of them.

use crate::{Bad, Good, Reported, rows, told};
use expect_test::expect_file;
use recourse_policy::document::Format;

/// document-1: each row is told as the file beside it has it.
#[test]
fn values_that_do_not_go_together() {
    let rows = rows(&[
        ("the longest delay below the first", r#"{ "a": { "retry": { "initial": "2s", "max": "1s" } } }"#, Reported),
        (
            "the longest delay below the first, as text",
            r#"{ "a": { "retry": "3 attempts, linear 2s..1s" } }"#,
            Reported,
        ),
        ("a factor below 1", r#"{ "a": { "retry": "3 attempts, exponential 1ms..2s x0.5" } }"#, Reported),
        ("no attempts", r#"{ "a": { "retry": "0 attempts" } }"#, Reported),
        ("very many attempts", r#"{ "a": { "retry": "4294967295 attempts" } }"#, Reported),
        ("a delay of an hour and a half", r#"{ "a": { "retry": "3 attempts, fixed 90m" } }"#, Reported),
        ("an attempt longer than the call", r#"{ "a": { "timeout": "1s", "attempt_timeout": "2s" } }"#, Reported),
        (
            "a hedge later than the attempt",
            r#"{ "a": { "attempt_timeout": "1s", "hedge": { "delay": "2s" } } }"#,
            Reported,
        ),
        (
            "delays longer than the call",
            r#"{ "a": { "timeout": "1s", "retry": "3 attempts, fixed 600ms" } }"#,
            Reported,
        ),
        (
            "slow calls longer than the attempt",
            r#"{ "a": { "timeout": "1s", "circuit": "5 failures, slow 2s" } }"#,
            Reported,
        ),
        ("no end", r#"{ "a": { "retry": "forever" } }"#, Reported),
        ("no end, as fields", r#"{ "a": { "retry": { "max_attempts": "forever", "max_pushback": "1h" } } }"#, Reported),
        (
            "more attempts than failures that open",
            r#"{ "a": { "retry": "8 attempts", "circuit": "5 failures" } }"#,
            Reported,
        ),
        ("more hedges than attempts", r#"{ "a": { "retry": "1 attempt", "hedge": "20ms, at most 3" } }"#, Good),
        ("more hedges than allowed", r#"{ "a": { "hedge": "20ms, at most 4" } }"#, Reported),
        ("a hedge at once", r#"{ "a": { "hedge": "0s" } }"#, Reported),
        ("a percentile below the median", r#"{ "a": { "hedge": { "trigger": "p10" } } }"#, Reported),
        ("probes below the least number of calls", r#"{ "a": { "circuit": "50% of 20 in 10s, 1 probe" } }"#, Good),
        ("a rate of 0", r#"{ "a": { "circuit": "0% of 20 in 10s" } }"#, Reported),
        ("a rate of 101", r#"{ "a": { "circuit": { "percent": 101 } } }"#, Reported),
        ("no failures", r#"{ "a": { "circuit": { "failures": 0 } } }"#, Reported),
        ("no cooldown", r#"{ "a": { "circuit": "5 failures, cooldown 0s" } }"#, Reported),
        (
            "the longest cooldown of all",
            r#"{ "a": { "circuit": "5 failures, cooldown 18446744073709551615s" } }"#,
            Reported,
        ),
        (
            "the longest cooldown below the first",
            r#"{ "a": { "circuit": { "cooldown": "10s", "max_cooldown": "1s" } } }"#,
            Reported,
        ),
        ("a window shorter than its precision", r#"{ "a": { "circuit": "50% of 20 in 1ms" } }"#, Reported),
        ("a budget of nothing", r#"{ "a": { "budget": "0%" } }"#, Reported),
        ("a budget of nothing, as fields", r#"{ "a": { "budget": { "percent": 0, "per_second": 0 } } }"#, Reported),
        ("a budget above 100 %", r#"{ "a": { "budget": "101% + 1000000/s" } }"#, Reported),
        ("no budget", r#"{ "a": { "budget": "none" } }"#, Reported),
        ("no hedge budget", r#"{ "a": { "hedge": "20ms, budget none" } }"#, Reported),
        ("no hedge budget, as fields", r#"{ "a": { "hedge": { "delay": "20ms", "budget": "none" } } }"#, Reported),
        ("a jitter as a number", r#"{ "a": { "retry": { "jitter": 2 } } }"#, Bad),
        (
            "fields of two delays",
            r#"{ "a": { "retry": { "backoff": "fixed", "delay": "1ms", "max": "1s", "factor": 2 } } }"#,
            Bad,
        ),
        ("fields beside no delay", r#"{ "a": { "retry": { "backoff": "none", "delay": "1ms" } } }"#, Bad),
        ("failures beside a rate", r#"{ "a": { "circuit": { "failures": 5, "percent": 50, "min_calls": 20 } } }"#, Bad),
        ("fields beside no trigger", r#"{ "a": { "hedge": { "trigger": "none", "max_hedges": 2 } } }"#, Bad),
        ("a hedge that never starts", r#"{ "a": { "hedge": { "max_hedges": 2, "fail_slow": true } } }"#, Bad),
        ("a delay as the trigger", r#"{ "a": { "hedge": { "trigger": "20ms" } } }"#, Bad),
        ("an unknown trigger", r#"{ "a": { "hedge": { "trigger": "adaptiv" } } }"#, Bad),
        (
            "an unknown budget",
            r#"{ "a": { "budget": "serach", "hedge": { "delay": "1ms", "budget": "nobody" } } }"#,
            Bad,
        ),
        ("an unknown classifier", r#"{ "a": { "classify": "by_colour" } }"#, Bad),
        ("a name that is none", r#"{ "a": { "classify": "by colour", "hedge": { "trigger": "" } } }"#, Bad),
        ("switched off, with nonsense", r#"{ "a": { "enabled": false, "circuit": "-1 failures" } }"#, Bad),
    ]);
    expect_file!["cross_field.txt"].assert_eq(&told(Format::Json, &rows));
}
