//! Bad budget texts.

use super::{Expected, assert_faults, bound, fault};
use recourse_policy::{BudgetPolicy, text};

#[test]
fn budget_texts() {
    assert_faults(|text| text::strict::<BudgetPolicy>(text).map(|_| ()), "budget", TEXTS);
}

const TEXTS: &[(&str, &[Expected])] = &[
    ("", &[fault("", "the text is empty; write `defaults`, `none`, or such as `20% + 10/s`")]),
    ("20", &[fault("20", "`20` lacks a `%`; did you mean `20%`?")]),
    ("20 %", &[fault("20", "`20` has a blank before its `%`; write `20% + 10/s`")]),
    ("10/s", &[fault("10/s", "`10/s` has no share before it; write `0% + 10/s`, or such as `20% + 10/s`")]),
    ("20% + 10", &[fault("10", "`10` is not a number per second; write `20% + 10/s`")]),
    ("20% + 10/m", &[fault("10/m", "`10/m` is not a number per second; write `20% + 10/s`")]),
    ("20%, 10/s", &[fault("10/s", "`10/s` is too much; a budget has one part, as in `20% + 10/s`")]),
    ("20% 10/s", &[fault("10/s", "`10/s` lacks a `+` before it; write `20% + 10/s`")]),
    (
        "101%",
        &[bound(
            "101%",
            "`101%` is out of bounds: a budget is 0% to 100% of the calls that succeed without a retry; write `none` for no limit",
        )],
    ),
    (
        "0%",
        &[bound(
            "0%",
            "`0%` is out of bounds: it would deny every retry; write retry `none` for that, or at least `1%`",
        )],
    ),
    (
        "0% + 0/s",
        &[bound(
            "0% + 0/s",
            "`0% + 0/s` is out of bounds: it would deny every retry; write retry `none` for that, or at least `1%`",
        )],
    ),
    ("-5%", &[fault("-5%", "`-5%` is not a whole number; write digits from 0 to 9, as in `20% + 10/s`")]),
    (
        "20% + 100001/s",
        &[bound(
            "100001/s",
            "`100001/s` is out of bounds: a budget adds 0 to 100000 per second; write `none` for no limit",
        )],
    ),
    (
        "unlimited",
        &[fault("unlimited", "unknown word `unlimited`; allowed are `defaults`, `none`, `N%` and `N% + N/s`")],
    ),
    ("nome", &[fault("nome", "unknown word `nome`; did you mean `none`?")]),
    ("20% + 10/s, none", &[fault("none", "`none` is too much; a budget has one part, as in `20% + 10/s`")]),
    (
        "99999999999%",
        &[fault(
            "99999999999%",
            "`99999999999%` is out of bounds: a budget is 0% to 100% of the calls that succeed without a retry; write `none` for no limit",
        )],
    ),
];
