//! Normalising: every value ends within its bounds, every change is listed, nothing else is touched, and twice is once.

mod properties;

use recourse_policy::{
    AtLeast, Bounds, BudgetPolicy, Capabilities, CircuitPolicy, Effective, Factor, HedgePolicy, Origin, Policy,
    RetryPolicy,
};
use std::time::Duration;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The changes of a policy as "field: from -> to".
fn changes(policy: Policy) -> Vec<String> {
    let (_, changes) = policy.normalize();
    changes.iter().map(|change| format!("{}: {} -> {}", change.field, change.from, change.to)).collect()
}

#[test]
fn each_value_out_of_bounds_is_one_change() {
    let new = Policy::new;
    let retry = |retry| new().retry(retry);
    let hedge = |hedge| new().hedge(hedge);
    let circuit = |circuit| new().circuit(circuit);
    let budget = |budget| new().budget(budget);
    let three = RetryPolicy::attempts(3);
    let five = CircuitPolicy::failures(5);
    let p99 = HedgePolicy::percentile(99);
    for (policy, expected) in vec![
        (retry(RetryPolicy::attempts(0)), "retry.max_attempts: 0 -> 1"),
        (retry(RetryPolicy::attempts(u32::MAX)), "retry.max_attempts: 4294967295 -> 100"),
        (retry(RetryPolicy::attempts(101)), "retry.max_attempts: 101 -> 100"),
        (retry(RetryPolicy::forever().no_delay()), "retry.delay: no delay -> exponential 50ms..1s"),
        (retry(three.pushback_up_to(Duration::ZERO)), "retry.max_pushback: 0s -> 1ms"),
        (retry(three.pushback_up_to(seconds(86_401))), "retry.max_pushback: 24h1s -> 24h"),
        (retry(three.fresh_after(Duration::ZERO)), "retry.fresh_after: 0s -> 1ms"),
        (retry(three.fresh_after(Duration::MAX)), "retry.fresh_after: 5124095576030431h15.999999999s -> 24h"),
        (retry(three.fixed(Duration::ZERO)), "retry.delay: 0s -> 1ms"),
        (retry(three.fixed(Duration::MAX)), "retry.delay: 5124095576030431h15.999999999s -> 1h"),
        (retry(three.linear(Duration::ZERO, ms(5))), "retry.initial: 0s -> 1ms"),
        (retry(three.linear(ms(1), seconds(3_660))), "retry.max: 1h1m -> 1h"),
        (retry(three.linear(ms(250), ms(10))), "retry.max: 10ms -> 250ms"),
        (retry(three.exponential(ms(250), Duration::ZERO)), "retry.max: 0s -> 250ms"),
        (retry(three.exponential(ms(1), Duration::ZERO)), "retry.max: 0s -> 1ms"),
        (retry(three.factor(Factor::new(0.5))), "retry.factor: x0.5 -> x1"),
        (retry(three.factor(Factor::new(10.001))), "retry.factor: x10.001 -> x10"),
        (retry(three.factor(Factor::new(f64::NAN))), "retry.factor: x0 -> x1"),
        (retry(three.factor(Factor::new(f64::INFINITY))), "retry.factor: x4294967.295 -> x10"),
        (hedge(HedgePolicy::after(Duration::ZERO)), "hedge.delay: 0s -> 1ms"),
        (hedge(HedgePolicy::after(seconds(86_401))), "hedge.delay: 24h1s -> 24h"),
        (hedge(HedgePolicy::percentile(49)), "hedge.percentile: 49 -> 50"),
        (hedge(HedgePolicy::percentile(100)), "hedge.percentile: 100 -> 99"),
        (hedge(p99.or(Duration::ZERO)), "hedge.delay: 0s -> 1ms"),
        (hedge(p99.at_most(4)), "hedge.max_hedges: 4 -> 3"),
        (hedge(p99.budget(BudgetPolicy::percent(101))), "hedge.budget.percent: 101 -> 100"),
        (hedge(p99.budget(BudgetPolicy::percent(0))), "hedge.budget: 0% -> 1%"),
        (hedge(p99.budget(BudgetPolicy::percent(1).per_second(100_001))), "hedge.budget.per_second: 100001 -> 100000"),
        (circuit(CircuitPolicy::failures(0)), "circuit.failures: 0 -> 1"),
        (circuit(CircuitPolicy::failures(1_000_001)), "circuit.failures: 1000001 -> 1000000"),
        (circuit(five.within(Duration::ZERO)), "circuit.window: 0s -> 1s"),
        (circuit(CircuitPolicy::rate(0, 1, seconds(1))), "circuit.percent: 0 -> 1"),
        (circuit(CircuitPolicy::rate(100, 1, seconds(1))), "circuit.percent: 100 -> 99"),
        (circuit(CircuitPolicy::rate(50, 0, seconds(1))), "circuit.min_calls: 0 -> 1"),
        (circuit(CircuitPolicy::rate(50, 1, seconds(3_601))), "circuit.window: 1h1s -> 1h"),
        (circuit(five.slow(Duration::ZERO)), "circuit.slow: 0s -> 1ms"),
        (circuit(five.cooldown(ms(99))), "circuit.cooldown: 99ms -> 100ms"),
        (circuit(five.cooldown(Duration::MAX)), "circuit.cooldown: 5124095576030431h15.999999999s -> 5m"),
        (circuit(five.cooldown(seconds(1)).max_cooldown(seconds(301))), "circuit.max_cooldown: 5m1s -> 5m"),
        (circuit(five.cooldown(seconds(2)).max_cooldown(seconds(1))), "circuit.max_cooldown: 1s -> 2s"),
        (circuit(five.max_cooldown(seconds(1))), "circuit.max_cooldown: 1s -> 5s"),
        (circuit(five.probes(0)), "circuit.probes: 0 -> 1"),
        (circuit(five.successes(101)), "circuit.successes: 101 -> 100"),
        (budget(BudgetPolicy::percent(101)), "budget.percent: 101 -> 100"),
        (budget(BudgetPolicy::percent(0)), "budget: 0% -> 1%"),
        (budget(BudgetPolicy::percent(0).per_second(u32::MAX)), "budget.per_second: 4294967295 -> 100000"),
        (new().timeout(Duration::from_nanos(1)), "timeout: 0.001us -> 1ms"),
        (new().timeout(seconds(86_401)), "timeout: 24h1s -> 24h"),
        (new().attempt_timeout(Duration::ZERO), "attempt_timeout: 0s -> 1ms"),
        (new().at_least(AtLeast::time(Duration::ZERO)), "at_least: 0s -> 1ms"),
        (new().at_least(AtLeast::percentile(7)), "at_least.percentile: 7 -> 50"),
        (new().at_least(AtLeast::percentile(50).or(seconds(90_000))), "at_least: 25h -> 24h"),
    ] {
        assert_eq!(changes(policy), [expected]);
    }
}

/// In code a deadline that is over, and no mistake, whatever stands beside it; a text cannot say it.
#[test]
fn a_timeout_of_zero_is_a_deadline_that_is_over() {
    const OVER: Policy = Policy::new().timeout(Duration::ZERO);
    assert_eq!((OVER.normalize(), OVER.conflicts(), OVER.validated()), ((OVER, vec![]), vec![], OVER));
    let five = CircuitPolicy::failures(5).slow(seconds(1));
    let full = Policy::defaults().hedge(HedgePolicy::after(ms(50))).circuit(five).attempt_timeout(seconds(1));
    let expired = full.timeout(Duration::ZERO);
    assert!(expired.is_expired() && !full.is_expired());
    assert_eq!((expired.conflicts(), expired.validated()), (vec![], expired));
    for text in ["0s", "0", "0ms"] {
        assert!(recourse_policy::text::strict_duration("timeout", text).is_err(), "{text}");
    }
}

#[test]
fn an_absurd_policy_is_changed_value_by_value() {
    let circuit = CircuitPolicy::rate(0, 0, Duration::ZERO).cooldown(Duration::ZERO).probes(0).successes(0);
    let absurd = Policy::new()
        .retry(RetryPolicy::attempts(999).exponential(seconds(3_660), ms(1)).factor(Factor::new(-1.0)))
        .hedge(
            HedgePolicy::percentile(0)
                .or(Duration::ZERO)
                .at_most(9)
                .budget(BudgetPolicy::percent(200).per_second(1 << 20)),
        )
        .circuit(circuit.slow(Duration::ZERO).max_cooldown(Duration::ZERO))
        .budget(BudgetPolicy::percent(0))
        .timeout(Duration::from_micros(1))
        .attempt_timeout(Duration::MAX);
    assert_eq!(
        changes(absurd),
        [
            "retry.max_attempts: 999 -> 100",
            "retry.initial: 1h1m -> 1h",
            "retry.max: 1ms -> 1h",
            "retry.factor: x0 -> x1",
            "hedge.percentile: 0 -> 50",
            "hedge.delay: 0s -> 1ms",
            "hedge.max_hedges: 9 -> 3",
            "hedge.budget.percent: 200 -> 100",
            "hedge.budget.per_second: 1048576 -> 100000",
            "circuit.percent: 0 -> 1",
            "circuit.min_calls: 0 -> 1",
            "circuit.window: 0s -> 1s",
            "circuit.slow: 0s -> 1ms",
            "circuit.cooldown: 0s -> 100ms",
            "circuit.max_cooldown: 0s -> 100ms",
            "circuit.probes: 0 -> 1",
            "circuit.successes: 0 -> 1",
            "budget: 0% -> 1%",
            "timeout: 1us -> 1ms",
            "attempt_timeout: 5124095576030431h15.999999999s -> 24h",
        ]
    );
    assert_eq!(
        absurd.normalize().1[0].to_string(),
        "retry.max_attempts: 999 became 100: attempts are 1 to 100, and the first one counts; write `none` for no retry, `forever` for no end"
    );
}

/// A document cannot ask for as much as code can.
#[test]
fn documents_have_tighter_bounds() {
    let three = RetryPolicy::attempts(3);
    for (retry, expected) in [
        (RetryPolicy::attempts(11), "retry.max_attempts: 11 -> 10"),
        (RetryPolicy::attempts(u32::MAX), "retry.max_attempts: 4294967295 -> 10"),
        (RetryPolicy::forever(), "retry.max_attempts: forever -> 10"),
        (RetryPolicy::forever().no_delay(), "retry.max_attempts: forever -> 10"),
        (three.fixed(seconds(31)), "retry.delay: 31s -> 30s"),
        (three.linear(seconds(31), seconds(31)), "retry.initial: 31s -> 30s, retry.max: 31s -> 30s"),
        (three.exponential(ms(1), seconds(31)), "retry.max: 31s -> 30s"),
        (three.pushback_up_to(seconds(31)), "retry.max_pushback: 31s -> 30s"),
        (RetryPolicy::attempts(10).fixed(seconds(30)).pushback_up_to(seconds(30)).fresh_after(seconds(9_999)), ""),
    ] {
        let asked = Policy::new().retry(retry);
        let (normal, changes) = asked.normalize_within(Bounds::document());
        let said: Vec<_> = changes.iter().map(|c| format!("{}: {} -> {}", c.field, c.from, c.to)).collect();
        assert_eq!(said.join(", "), expected);
        assert_eq!(normal.normalize_within(Bounds::document()), (normal, vec![]));
        assert_eq!(normal.normalize(), (normal, vec![]), "what a document can ask for, code can");
        let effective = |origin| Effective::new(asked, origin, Capabilities::all());
        assert_eq!(effective(Origin::Provider).changes, changes);
        assert_eq!(effective(Origin::Code).changes, asked.normalize().1);
        assert_eq!(effective(Origin::Attribute).changes, asked.normalize().1);
    }
}

#[test]
fn what_the_function_cannot_do_is_taken_away_and_listed() {
    let asked = Policy::defaults().hedge(HedgePolicy::percentile(99)).timeout(seconds(9));
    let fields = |policy: Policy, capabilities| {
        let effective = Effective::new(policy, Origin::Provider, capabilities);
        assert_eq!(Effective::new(effective.policy, Origin::Provider, capabilities).changes, []);
        (effective.policy, effective.changes.iter().map(|change| change.field).collect::<Vec<_>>())
    };
    let (mut no_retry, mut no_hedge) = (asked, asked);
    no_retry.retry = None;
    no_hedge.hedge = None;
    assert_eq!(fields(asked, Capabilities::all()), (asked, vec![]));
    assert_eq!(fields(asked, Capabilities { repeat: false, ..Capabilities::all() }), (no_retry, vec!["retry"]));
    assert_eq!(fields(asked, Capabilities { hedge: false, ..Capabilities::all() }), (no_hedge, vec!["hedge"]));
    let limited = asked.attempt_timeout(seconds(1));
    let never = Capabilities { reject: false, ..Capabilities::all() };
    let mut unlimited = asked;
    (unlimited.timeout, unlimited.circuit) = (None, None);
    assert_eq!(fields(limited, never), (unlimited, vec!["timeout", "attempt_timeout", "circuit"]));
    let (policy, taken) = fields(asked, Capabilities::none());
    assert_eq!((policy.circuit, policy.timeout, taken), (asked.circuit, asked.timeout, vec!["retry", "hedge"]));

    // What asks for nothing is no more than the function can do.
    let modest = Policy::new().retry(RetryPolicy::none()).hedge(HedgePolicy::none());
    assert_eq!(fields(modest, Capabilities::none()), (modest, vec![]));
    let modest = Policy::new().hedge(HedgePolicy::percentile(99).at_most(0));
    assert_eq!(fields(modest, Capabilities::none()), (modest, vec![]));
}

#[test]
fn a_taken_section_is_said_in_full() {
    let asked = Policy::new().retry(RetryPolicy::attempts(999).fixed(ms(5)));
    let effective = Effective::new(asked, Origin::Provider, Capabilities::none());
    assert_eq!(effective.origin, Origin::Provider);
    let said: Vec<_> = effective.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "retry.max_attempts: 999 became 10: attempts in a document are 1 to 10, and the first one counts; write `none` for no retry",
            "retry: 10 attempts, fixed 5ms became none: the function cannot be repeated: its arguments are moved into the \
             first attempt, or `guard` has its one future; write `retry` in its attribute, or `call` with a closure",
        ]
    );
}

#[test]
#[should_panic(expected = "retry.max_attempts is out of bounds: attempts are 1 to 100")]
fn validated_panics_with_the_first_fault() {
    let _ = Policy::new().retry(RetryPolicy::attempts(0)).timeout(Duration::ZERO).validated();
}

#[test]
fn origins_have_names() {
    let names = [Origin::Attribute, Origin::Code, Origin::Provider, Origin::Defaults].map(|origin| origin.to_string());
    assert_eq!(names, ["attribute", "code", "provider", "defaults"]);
}
