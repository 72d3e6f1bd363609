//! The one table of presets, defaults and bounds. A change here is a change of behaviour for everybody.

use recourse_policy::{BudgetPolicy, CircuitPolicy, HedgePolicy, Policy, RetryPolicy, limits};
use std::fmt::Debug;

#[test]
fn presets() {
    let rows: [(&str, &dyn Debug, &str); 12] = [
        (
            "Policy::new()",
            &Policy::new(),
            "Policy { retry: None, hedge: None, circuit: None, budget: None, concurrency: None, rate: None, timeout: None, attempt_timeout: None, at_least: None }",
        ),
        (
            "Policy::defaults()",
            &Policy::defaults(),
            "Policy { retry: Some(RetryPolicy { max_attempts: Some(3), delay: Exponential { initial: 50ms, max: 1s, factor: Factor(2000) }, jitter: Full, max_pushback: None, fresh_after: None, over_nested: false }), hedge: None, circuit: Some(CircuitPolicy { trip: Rate { percent: 50, min_calls: 20, window: 10s }, slow: None, cooldown: None, max_cooldown: None, probes: 1, successes: 3 }), budget: None, concurrency: None, rate: None, timeout: None, attempt_timeout: None, at_least: None }",
        ),
        (
            "RetryPolicy::defaults()",
            &RetryPolicy::defaults(),
            "RetryPolicy { max_attempts: Some(3), delay: Exponential { initial: 50ms, max: 1s, factor: Factor(2000) }, jitter: Full, max_pushback: None, fresh_after: None, over_nested: false }",
        ),
        (
            "RetryPolicy::none()",
            &RetryPolicy::none(),
            "RetryPolicy { max_attempts: Some(1), delay: Exponential { initial: 50ms, max: 1s, factor: Factor(2000) }, jitter: Full, max_pushback: None, fresh_after: None, over_nested: false }",
        ),
        (
            "HedgePolicy::none()",
            &HedgePolicy::none(),
            "HedgePolicy { when: Never, max_hedges: 2, budget: BudgetPolicy { limited: true, percent: 5, per_second: 1 }, fail_slow: false }",
        ),
        (
            "HedgePolicy::percentile(99)",
            &HedgePolicy::percentile(99),
            "HedgePolicy { when: Percentile { percentile: 99, or: None }, max_hedges: 2, budget: BudgetPolicy { limited: true, percent: 5, per_second: 1 }, fail_slow: false }",
        ),
        (
            "CircuitPolicy::defaults()",
            &CircuitPolicy::defaults(),
            "CircuitPolicy { trip: Rate { percent: 50, min_calls: 20, window: 10s }, slow: None, cooldown: None, max_cooldown: None, probes: 1, successes: 3 }",
        ),
        (
            "CircuitPolicy::sensitive()",
            &CircuitPolicy::sensitive(),
            "CircuitPolicy { trip: Failures { failures: 5, window: Some(10s) }, slow: None, cooldown: None, max_cooldown: None, probes: 1, successes: 3 }",
        ),
        (
            "CircuitPolicy::none()",
            &CircuitPolicy::none(),
            "CircuitPolicy { trip: Never, slow: None, cooldown: None, max_cooldown: None, probes: 1, successes: 3 }",
        ),
        (
            "BudgetPolicy::defaults()",
            &BudgetPolicy::defaults(),
            "BudgetPolicy { limited: true, percent: 20, per_second: 10 }",
        ),
        (
            "BudgetPolicy::hedge_defaults()",
            &BudgetPolicy::hedge_defaults(),
            "BudgetPolicy { limited: true, percent: 5, per_second: 1 }",
        ),
        ("BudgetPolicy::none()", &BudgetPolicy::none(), "BudgetPolicy { limited: false, percent: 0, per_second: 0 }"),
    ];
    for (name, value, expected) in rows {
        assert_eq!(format!("{value:?}"), expected, "{name}");
    }
}

#[test]
fn presets_are_read_and_displayed_by_name() {
    assert_eq!("defaults".parse(), Ok(RetryPolicy::defaults()));
    assert_eq!("none".parse(), Ok(RetryPolicy::none()));
    assert_eq!("none".parse(), Ok(HedgePolicy::none()));
    assert_eq!("defaults".parse(), Ok(CircuitPolicy::defaults()));
    assert_eq!("sensitive".parse(), Ok(CircuitPolicy::sensitive()));
    assert_eq!("none".parse(), Ok(CircuitPolicy::none()));
    assert_eq!("defaults".parse(), Ok(BudgetPolicy::defaults()));
    assert_eq!("none".parse(), Ok(BudgetPolicy::none()));
    assert_eq!(RetryPolicy::defaults().to_string(), "defaults");
    assert_eq!(CircuitPolicy::sensitive().to_string(), "sensitive");
    assert_eq!(BudgetPolicy::hedge_defaults().to_string(), "5% + 1/s");
}

#[test]
fn presets_are_within_their_bounds() {
    let all = Policy::defaults().hedge(HedgePolicy::percentile(99)).budget(BudgetPolicy::defaults());
    for policy in [all, all.circuit(CircuitPolicy::sensitive()), Policy::new(), all.retry(RetryPolicy::none())] {
        assert_eq!(policy.normalize(), (policy, vec![]));
        assert_eq!(policy.conflicts(), vec![]);
    }
}

#[test]
fn limits_of_the_table() {
    macro_rules! shown {
        ($($name:ident)*) => { [$((stringify!($name), format!("{:?}", limits::$name))),*] };
    }
    let found = shown! {
        DEFAULT_ATTEMPTS MIN_ATTEMPTS MAX_ATTEMPTS MAX_ATTEMPTS_OF_DOCUMENTS DEFAULT_INITIAL DEFAULT_MAX MIN_DELAY MAX_DELAY MAX_DELAY_OF_DOCUMENTS DEFAULT_PUSHBACK MIN_PUSHBACK MAX_PUSHBACK MAX_PUSHBACK_OF_DOCUMENTS MIN_FRESH_AFTER MAX_FRESH_AFTER MIN_FACTOR MAX_FACTOR DEFAULT_HEDGES MIN_HEDGES MAX_HEDGES MIN_HEDGE_DELAY MAX_HEDGE_DELAY MIN_PERCENTILE MAX_PERCENTILE DEFAULT_WINDOW MIN_WINDOW MAX_WINDOW DEFAULT_COOLDOWN MIN_COOLDOWN MAX_COOLDOWN DEFAULT_PROBES MIN_PROBES MAX_PROBES DEFAULT_SUCCESSES MIN_SUCCESSES MAX_SUCCESSES MIN_FAILURES MAX_FAILURES MIN_RATE MAX_RATE MIN_CALLS MAX_CALLS MIN_BUDGET MAX_BUDGET_PERCENT MAX_BUDGET_PER_SECOND MIN_BUDGET_PERCENT MIN_TIMEOUT MAX_TIMEOUT MAX_KEY_LEN
    };
    let expected = [
        ("DEFAULT_ATTEMPTS", "3"),
        ("MIN_ATTEMPTS", "1"),
        ("MAX_ATTEMPTS", "100"),
        ("MAX_ATTEMPTS_OF_DOCUMENTS", "10"),
        ("DEFAULT_INITIAL", "50ms"),
        ("DEFAULT_MAX", "1s"),
        ("MIN_DELAY", "1ms"),
        ("MAX_DELAY", "3600s"),
        ("MAX_DELAY_OF_DOCUMENTS", "30s"),
        ("DEFAULT_PUSHBACK", "30s"),
        ("MIN_PUSHBACK", "1ms"),
        ("MAX_PUSHBACK", "86400s"),
        ("MAX_PUSHBACK_OF_DOCUMENTS", "30s"),
        ("MIN_FRESH_AFTER", "1ms"),
        ("MAX_FRESH_AFTER", "86400s"),
        ("MIN_FACTOR", "Factor(1000)"),
        ("MAX_FACTOR", "Factor(10000)"),
        ("DEFAULT_HEDGES", "2"),
        ("MIN_HEDGES", "0"),
        ("MAX_HEDGES", "3"),
        ("MIN_HEDGE_DELAY", "1ms"),
        ("MAX_HEDGE_DELAY", "86400s"),
        ("MIN_PERCENTILE", "50"),
        ("MAX_PERCENTILE", "99"),
        ("DEFAULT_WINDOW", "10s"),
        ("MIN_WINDOW", "1s"),
        ("MAX_WINDOW", "3600s"),
        ("DEFAULT_COOLDOWN", "5s"),
        ("MIN_COOLDOWN", "100ms"),
        ("MAX_COOLDOWN", "300s"),
        ("DEFAULT_PROBES", "1"),
        ("MIN_PROBES", "1"),
        ("MAX_PROBES", "100"),
        ("DEFAULT_SUCCESSES", "3"),
        ("MIN_SUCCESSES", "1"),
        ("MAX_SUCCESSES", "100"),
        ("MIN_FAILURES", "1"),
        ("MAX_FAILURES", "1000000"),
        ("MIN_RATE", "1"),
        ("MAX_RATE", "99"),
        ("MIN_CALLS", "1"),
        ("MAX_CALLS", "1000000"),
        ("MIN_BUDGET", "0"),
        ("MAX_BUDGET_PERCENT", "100"),
        ("MAX_BUDGET_PER_SECOND", "100000"),
        ("MIN_BUDGET_PERCENT", "1"),
        ("MIN_TIMEOUT", "1ms"),
        ("MAX_TIMEOUT", "86400s"),
        ("MAX_KEY_LEN", "200"),
    ];
    let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_a_budget_saves_up() {
    for (budget, capacity) in [
        (BudgetPolicy::defaults(), 100),
        (BudgetPolicy::hedge_defaults(), 10),
        (BudgetPolicy::percent(10), 10),
        (BudgetPolicy::percent(10).per_second(u32::MAX), u32::MAX),
    ] {
        assert_eq!(budget.capacity(), capacity, "{budget}");
    }
}
